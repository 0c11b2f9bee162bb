using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Delivery.Callbacks;

/// <summary>Calls in Twilio's shape: forms, signed over the address and their sorted fields. A status, or a text that somebody sent.</summary>
sealed class TwilioCallbacks(string authToken, string publicAddress) : ICallbackReader
{
    // The number does not exist; the number cannot take text messages.
    static readonly string[] Dead = ["30005", "30006"];

    public (string ContentType, string Body) Reply => ("text/xml", "<Response/>");

    // HMAC-SHA-1 is the provider's choice; as a keyed hash it is not broken.
#pragma warning disable CA5350
    public bool IsGenuine(CallbackRequest request)
    {
        var signed = new StringBuilder(publicAddress.TrimEnd('/')).Append(request.Path);
        foreach (var (name, value) in request.Form().OrderBy(field => field.Key, StringComparer.Ordinal).ThenBy(field => field.Value, StringComparer.Ordinal))
        {
            signed.Append(name).Append(value);
        }

        var expected = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(signed.ToString())));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(request.Headers["X-Twilio-Signature"].ToString()));
    }
#pragma warning restore CA5350

    public Callback Read(CallbackRequest request)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Form())
        {
            fields[name] = value;
        }

        if (fields.TryGetValue("MessageStatus", out var status))
        {
            return Type(status) is { } type ? new Callback([new CallbackReport(request.Query["decision"].ToString(), Report(type, fields))], []) : Callback.Nothing;
        }

        if (!fields.TryGetValue("From", out var from))
        {
            throw new FormatException("The form has neither MessageStatus nor From.");
        }

        return fields.GetValueOrDefault("OptOutType") == "STOP" || StopWords.Is(fields.GetValueOrDefault("Body")) ? new Callback([], [from]) : Callback.Nothing;
    }

    static DeliveryReport Report(string type, Dictionary<string, string> fields)
    {
        var code = fields.GetValueOrDefault("ErrorCode");
        return new DeliveryReport
        {
            Type = type,
            ProviderMessageId = fields.GetValueOrDefault("MessageSid"),
            Code = code is { Length: > 0 } ? code : null,
            AddressDead = type == "bounced" ? Dead.Contains(code) : null,
            Address = fields.GetValueOrDefault("To"),
        };
    }

    // What lies before the hand-over's end is known already.
    static string? Type(string status) => status switch
    {
        "delivered" => "delivered",
        "read" => "opened",
        "undelivered" => "bounced",
        "failed" => "failed",
        _ => null,
    };
}
