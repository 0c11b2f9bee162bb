using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Auditing;

/// <summary>What somebody did, before it has a place in the chain. People are named by an id or a keyed hash, never by what they are reached at.</summary>
public sealed record AuditNote
{
    /// <summary>Longest text of a field, characters.</summary>
    public const int LongestText = 1_000;

    /// <summary>Moment of the machine's clock.</summary>
    public required Instant At { get; init; }

    /// <summary>Who: <c>person:ana</c>, <c>key:…</c>, <c>configuration</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done, such as <c>program.approved</c>.</summary>
    public required string Act { get; init; }

    /// <summary>Kind of object, such as <c>program</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Id of the object inside its kind.</summary>
    public required string Subject { get; init; }

    /// <summary>State or version before; null where there was none.</summary>
    public string? From { get; init; }

    /// <summary>State or version after; null where there is none.</summary>
    public string? To { get; init; }

    /// <summary>Why, in the actor's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What it came to, in a few words: "+2 messages, cap 4 → 5".</summary>
    public string? Summary { get; init; }

    /// <summary>The note as JSON with every field, absent ones as null.</summary>
    public JsonObject ToJson() => new()
    {
        ["at"] = At.ToString(),
        ["actor"] = Actor,
        ["act"] = Act,
        ["kind"] = Kind,
        ["object"] = Subject,
        ["from"] = From,
        ["to"] = To,
        ["reason"] = Reason,
        ["summary"] = Summary,
    };
}
