using System.Text.Json;

namespace Aampe.Agents.Silo.Evidence.Operations;

/// <summary>Where an operation stands, as stored and as answered: any silo can tell.</summary>
/// <param name="Id">"op_…".</param>
/// <param name="Kind">export or simulation.</param>
/// <param name="State">queued, running, done, failed or cancelled.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Step">What is being done.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it was over.</param>
/// <param name="Result">What it came to, by kind.</param>
/// <param name="Problem">Why it failed.</param>
public sealed record OperationRecord(
    string Id, string Kind, string State, double Progress, string? Step, DateTimeOffset StartedAt, DateTimeOffset? EndedAt = null, JsonElement? Result = null, string? Problem = null)
{
    /// <summary>Who asked for it: others do not get its file.</summary>
    public string Owner { get; init; } = "";

    /// <summary>What it is about: a program's id for a simulation.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The last moment at which its silo said that it works on it.</summary>
    public DateTimeOffset HeardAt { get; init; }

    /// <summary>Whether nothing more will happen.</summary>
    public bool Over => State is "done" or "failed" or "cancelled";
}
