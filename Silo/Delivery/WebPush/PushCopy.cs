using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>What the worker in the browser gets, and what the push service is told of it.</summary>
/// <param name="Body">UTF-8 JSON for <c>sdk/agents-sw.js</c>.</param>
/// <param name="SecondsToLive">How long the push service may keep it.</param>
/// <param name="Topic">A later message of the topic replaces one that was not delivered yet.</param>
sealed record PushCopy(byte[] Body, long SecondsToLive, string Topic)
{
    const int TopicBytes = 24;

    public static PushCopy Of(ChannelMessage message)
    {
        var whole = JsonNode.Parse(message.Message.Span)!.AsObject();
        var content = whole["content"]!.AsObject();
        string? Text(string field) => content[field] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
        var left = (long)Math.Max(0, (message.ExpiresAt - message.At).TotalSeconds);
        var collapse = Text("collapseKey");
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            decisionId = message.DecisionId,
            // Whom reports are about: the worker runs without the page, and the body is for this browser alone.
            id = message.Agent.Id,
            known = message.Agent.IsUser,
            lang = whole["locale"]?.GetValue<string>(),
            dir = whole["dir"]?.GetValue<string>(),
            title = Text("title"),
            body = Text("body"),
            image = Text("image"),
            icon = Text("icon"),
            url = Text("url") ?? Text("deepLink"),
            tag = collapse,
        });
        var stated = long.TryParse(Text("ttlSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : left;
        // Without a key of its own a message replaces only itself, when it had to be sent twice.
        return new PushCopy(body, Math.Min(stated, left), Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(collapse ?? message.DecisionId)).AsSpan(0, TopicBytes)));
    }
}
