using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Delivery.Callbacks;

/// <summary>Calls in the shape of WhatsApp's Cloud API: JSON, signed with the app secret. Statuses of messages, and what people write.</summary>
sealed class WhatsAppCallbacks(string appSecret, string verifyToken) : ICallbackReader
{
    const string Prefix = "sha256=";
    const int NotReachable = 131026;

    public bool IsGenuine(CallbackRequest request)
    {
        var header = request.Headers["X-Hub-Signature-256"].ToString();
        var expected = Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), request.Body));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));
    }

    public string? Challenge(IQueryCollection query) =>
        verifyToken.Length > 0 && query["hub.mode"] == "subscribe"
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(verifyToken), Encoding.UTF8.GetBytes(query["hub.verify_token"].ToString()))
            ? query["hub.challenge"].ToString()
            : null;

    public Callback Read(CallbackRequest request)
    {
        var (reports, stops) = (new List<CallbackReport>(), new List<string>());
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            foreach (var value in Items(document.RootElement, "entry").SelectMany(entry => Items(entry, "changes")).Select(change => change.GetProperty("value")))
            {
                reports.AddRange(Items(value, "statuses").Select(Status).OfType<CallbackReport>());
                stops.AddRange(Items(value, "messages").Where(IsStop).Select(message => Text(message, "from")!));
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("The body is not the JSON of a webhook of the Cloud API.", fault);
        }

        return new Callback(reports, stops);
    }

    static CallbackReport? Status(JsonElement status)
    {
        var error = Items(status, "errors").Select(one => one.TryGetProperty("code", out var code) && code.TryGetInt32(out var number) ? number : 0).FirstOrDefault();
        var type = Text(status, "status") switch
        {
            "delivered" => "delivered",
            "read" => "opened",
            "failed" when error == NotReachable => "bounced",
            "failed" => "failed",
            _ => null,
        };
        return type is null ? null : new CallbackReport(Text(status, "biz_opaque_callback_data") ?? "", new DeliveryReport
        {
            Type = type,
            At = long.TryParse(Text(status, "timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            ProviderMessageId = Text(status, "id"),
            Code = error == 0 ? null : error.ToString(CultureInfo.InvariantCulture),
            AddressDead = type == "bounced" ? true : null,
        });
    }

    static bool IsStop(JsonElement message) => Text(message, "from") is not null && message.TryGetProperty("text", out var text) && StopWords.Is(Text(text, "body"));

    static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var items) ? items.EnumerateArray() : default;

    static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
