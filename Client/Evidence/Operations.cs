using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>Work that takes longer than a call.</summary>
public sealed record Operation
{
    public required string Id { get; init; }

    /// <summary>export or simulation.</summary>
    public required string Kind { get; init; }

    /// <summary>queued, running, done, failed or cancelled.</summary>
    public required string State { get; init; }

    /// <summary>0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>What is being done, in words.</summary>
    public string? Step { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it came to, by kind.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether nothing more will happen.</summary>
    public bool Over => State is "done" or "failed" or "cancelled";
}

/// <summary>What to export.</summary>
/// <param name="Kind">decisions.</param>
/// <param name="Format">csv, jsonl, parquet or obp.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment that is no longer in it.</param>
/// <param name="ProgramIds">Programs; <see langword="null"/> = all.</param>
public sealed record ExportRequest(string Kind, string Format, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string>? ProgramIds = null);

/// <summary>What to simulate.</summary>
/// <param name="Users">Synthetic users.</param>
/// <param name="Days">Days.</param>
/// <param name="Seed">The same seed gives the same numbers.</param>
/// <param name="World">usual, pessimistic or null for made-up users; past for real ones, who live their last weeks (7 to 14 days) again.</param>
public sealed record SimulationRequest(int Users, int Days, long Seed, string World = "usual");
