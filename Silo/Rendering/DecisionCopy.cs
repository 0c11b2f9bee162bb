using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Delivery.Unsubscribing;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>The message of a decision with its copy, as replies and channels carry it.</summary>
public sealed class DecisionCopy(IProgramVersions programs, MessageRenderer renderer, UnsubscribeLinks links)
{
    /// <summary>The message object of a decision that speaks: id, version, locale, dir (ltr or rtl), category, labels, content, defaulted.</summary>
    /// <param name="tenant">Tenant of the user.</param>
    /// <param name="record">The decision's record.</param>
    /// <param name="attributes">The user's attributes, UTF-8 JSON object.</param>
    /// <exception cref="RenderException">The message left its program, or cannot be rendered.</exception>
    public async ValueTask<JsonObject> MessageAsync(string tenant, JsonObject record, ReadOnlyMemory<byte> attributes, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(record);
        var programId = record["programId"]!.GetValue<string>();
        var version = (long)record["versions"]!["program"]!.GetValue<double>();
        var messageId = record["messageId"]!.GetValue<string>();
        var program = await programs.AtAsync(tenant, programId, version, stop);
        var message = program?.Messages.FirstOrDefault(one => one.Id == messageId)
            ?? throw new RenderException(messageId, "message_withdrawn", $"program '{programId}' version {version} has no such message.");
        var decisionId = record["id"]!.GetValue<string>();
        var rendered = renderer.Render(message, new RenderInputs(attributes, decisionId, programId, LocalTime(record))
        {
            UnsubscribeUrl = MessageRenderer.NamesUnsubscribing(message) ? await links.ForAsync(decisionId, stop) : null,
        });
        return Describe(message, version, rendered);
    }

    static JsonObject Describe(Message message, long version, RenderedMessage rendered) => new()
    {
        ["id"] = message.Id,
        ["version"] = version,
        ["locale"] = message.Locale,
        ["dir"] = WritingDirection.Of(message.Locale),
        ["category"] = message.Category,
        ["labels"] = new JsonObject(message.Labels.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["content"] = rendered.Content,
        ["defaulted"] = new JsonArray([.. rendered.Defaulted.Select(name => (JsonNode?)name)]),
    };

    static DateTimeOffset LocalTime(JsonObject record) =>
        DateTimeOffset.Parse((record["sendAtLocal"] ?? record["sendAt"] ?? record["decidedAt"])!.GetValue<string>(), CultureInfo.InvariantCulture);
}
