using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Text messages in the shape of Twilio's Messages resource: a form, Basic authentication, and a callback that carries the decision id.</summary>
sealed class TwilioAdapter(ChannelOptions options, HttpMessageHandler handler, string? callback, TimeProvider time) : IChannelAdapter, IDisposable
{
    public const string Name = "twilio", Api = "https://api.twilio.com";

    // The provider keeps a message that cannot be delivered yet for at most ten hours.
    const int LongestValidity = 36_000;

    // No such number; not a number of that country's plan; a landline.
    static readonly int[] Dead = [21211, 21217, 21614];
    const int OptedOut = 21610;

    readonly ProviderHttp http = new(handler, time);
    readonly Uri address = new($"{(options.Url.Length > 0 ? options.Url : Api).TrimEnd('/')}/2010-04-01/Accounts/{Uri.EscapeDataString(options.Account)}/Messages.json");

    public string Kind => Name;

    public bool Idempotent => false;

    public bool TakesReplies => true;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        using var copy = new Copy(message);
        if (copy.TextWithLink(" ") is not { } text || message.Address is not { Length: > 0 } to)
        {
            return Outcomes.Refused(message, message.Address is { Length: > 0 } ? "no_copy" : "address_missing");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(Form(message, to, text)) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Account}:{options.Secret}")));
        var answer = await http.CallAsync(request, stop);
        if (answer.IsTaken)
        {
            return new HandoverOutcome(HandoverStatus.Sent, message.At, null, answer.Code, answer.At("sid") is { ValueKind: JsonValueKind.String } sid ? sid.GetString() : null);
        }

        var code = answer.At("code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var known) ? known : 0;
        var outcome = answer.Outcome(message, code == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{answer.Code} {code}"));
        return outcome.Status == HandoverStatus.Refused ? outcome with { AddressDead = Dead.Contains(code), OptedOut = code == OptedOut } : outcome;
    }

    public void Dispose() => http.Dispose();

    IEnumerable<KeyValuePair<string, string>> Form(ChannelMessage message, string to, string text)
    {
        yield return new("To", to);
        yield return new(options.From.StartsWith("MG", StringComparison.Ordinal) ? "MessagingServiceSid" : "From", options.From);
        yield return new("Body", text);
        yield return new("ValidityPeriod", ((int)Math.Clamp((message.ExpiresAt - message.At).TotalSeconds, 1, LongestValidity)).ToString(CultureInfo.InvariantCulture));
        if (callback is not null)
        {
            yield return new("StatusCallback", $"{callback}?decision={Uri.EscapeDataString(message.DecisionId)}");
        }
    }
}
