using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Template messages in the shape of WhatsApp's Cloud API; the decision id goes along and comes back with each status.</summary>
sealed class WhatsAppAdapter(ChannelOptions options, HttpMessageHandler handler, TimeProvider time) : IChannelAdapter, IDisposable
{
    public const string Name = "whatsapp", Api = "https://graph.facebook.com/v23.0";

    // Limits of calls, of the account and of messages to one person in a short time: nothing was sent, later it may be.
    static readonly int[] Later = [4, 80007, 130429, 131048, 131056];

    // The number is none of WhatsApp's, or cannot get messages.
    static readonly int[] Dead = [131026];

    // The person has blocked marketing of this sender.
    static readonly int[] OptedOut = [131050];

    readonly ProviderHttp http = new(handler, time);
    readonly Uri address = new($"{(options.Url.Length > 0 ? options.Url : Api).TrimEnd('/')}/{Uri.EscapeDataString(options.Account)}/messages");

    public string Kind => Name;

    public bool Idempotent => false;

    public bool TakesReplies => true;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        using var copy = new Copy(message);
        if (copy.Field("template") is not { } template || message.Address is not { Length: > 0 } to)
        {
            return Outcomes.Refused(message, message.Address is { Length: > 0 } ? "no_template" : "address_missing");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(Body(message, to, template, copy)) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Secret);
        var answer = await http.CallAsync(request, stop);
        if (answer.IsTaken)
        {
            return new HandoverOutcome(HandoverStatus.Sent, message.At, null, answer.Code, Id(answer.At("messages")));
        }

        var code = answer.At("error", "code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var known) ? known : 0;
        var text = code == 0 ? answer.Code : string.Create(CultureInfo.InvariantCulture, $"{answer.Code} {code}");
        // The provider says by code, not by status, that it is busy.
        var outcome = Later.Contains(code) ? Outcomes.Again(message, text, answer.Wait) : answer.Outcome(message, text);
        return outcome.Status == HandoverStatus.Refused ? outcome with { AddressDead = Dead.Contains(code), OptedOut = OptedOut.Contains(code) } : outcome;
    }

    public void Dispose() => http.Dispose();

    static JsonObject Body(ChannelMessage message, string to, string template, Copy copy)
    {
        var what = new JsonObject
        {
            ["name"] = template,
            ["language"] = new JsonObject { ["code"] = copy.Field("language") ?? copy.Locale.Replace('-', '_') },
        };
        if (copy.Numbered("parameters") is { Count: > 0 } values)
        {
            what["components"] = new JsonArray(new JsonObject
            {
                ["type"] = "body",
                ["parameters"] = new JsonArray([.. values.Select(value => (JsonNode?)new JsonObject { ["type"] = "text", ["text"] = value })]),
            });
        }

        return new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["recipient_type"] = "individual",
            ["to"] = to,
            ["type"] = "template",
            ["template"] = what,
            ["biz_opaque_callback_data"] = message.DecisionId,
        };
    }

    static string? Id(JsonElement messages) =>
        messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0 && messages[0].TryGetProperty("id", out var id) ? id.GetString() : null;
}
