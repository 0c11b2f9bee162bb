using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Grains.Interfaces.Programs;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>The messages of a program as they will be: those of its draft where it has one, beside those that are live.</summary>
sealed class ProgramMessages
{
    readonly Dictionary<string, JsonObject> live = new(StringComparer.Ordinal);
    readonly List<JsonObject> gone = [];
    readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    public ProgramMessages(ProgramDetail detail)
    {
        Detail = detail;
        Program = JsonNode.Parse(detail.Draft.Length > 0 ? detail.Draft : detail.Live)!.AsObject();
        Messages = Program["messages"]!.AsArray();
        for (var i = 0; i < Messages.Count; i++)
        {
            places[Id(Messages[i]!)] = i;
        }

        if (detail.Live.Length == 0)
        {
            return;
        }

        foreach (var message in JsonNode.Parse(detail.Live)!["messages"]!.AsArray().OfType<JsonObject>())
        {
            live[Id(message)] = message;
            if (!places.ContainsKey(Id(message)))
            {
                gone.Add(message);
            }
        }
    }

    public ProgramDetail Detail { get; }

    /// <summary>The whole document; a change of <see cref="Messages"/> is a change of it.</summary>
    public JsonObject Program { get; }

    public JsonArray Messages { get; }

    /// <summary>Every message, those that the draft takes away too, by id.</summary>
    public IEnumerable<(JsonObject Message, string Change)> All() =>
        Messages.OfType<JsonObject>().Concat(gone).OrderBy(Id, StringComparer.Ordinal).Select(message => (message, Change(message)));

    public (JsonObject Message, string Change)? Find(string id) =>
        (places.TryGetValue(id, out var place) ? Messages[place]!.AsObject() : gone.FirstOrDefault(message => Id(message) == id)) is { } found ? (found, Change(found)) : null;

    /// <summary>Puts a message in the place of its namesake, or at the end.</summary>
    /// <returns>Its place.</returns>
    public int Put(JsonObject message)
    {
        if (places.TryGetValue(Id(message), out var place))
        {
            Messages[place] = message;
            return place;
        }

        Messages.Add((JsonNode)message);
        return places[Id(message)] = Messages.Count - 1;
    }

    /// <summary>The whole document as bytes.</summary>
    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(Program);

    /// <summary>Its canonical text: what is compared.</summary>
    public static string Text(JsonNode message) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(message));

    public static string Id(JsonNode message) => message is JsonObject members && members["id"] is JsonValue id && id.TryGetValue<string>(out var text) ? text : "";

    string Change(JsonObject message) => !places.ContainsKey(Id(message)) ? "removed" : Detail.Live.Length == 0 || !live.TryGetValue(Id(message), out var was) ? "new" : JsonNode.DeepEquals(was, message) ? "same" : "changed";
}
