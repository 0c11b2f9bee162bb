using System.Collections.Immutable;
using System.Text.Json;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>
/// What a program's panel shows, for people: sums over users and no user, so that an erased one is gone from it with the next fold. Agents do not go
/// by it.
/// </summary>
public sealed record ProgramFindings
{
    /// <summary>The layout that this release writes; fields are only added.</summary>
    public const int Newest = 1;

    /// <summary>Layout.</summary>
    public int Format { get; init; } = Newest;

    /// <summary>Program id.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the program.</summary>
    public required int ProgramVersion { get; init; }

    /// <summary>Moment up to which the panel's events have been applied, Unix ms.</summary>
    public required long AsOf { get; init; }

    /// <summary>Users of the panel.</summary>
    public required int Panel { get; init; }

    /// <summary>joint, gaussian or beta.</summary>
    public required string Model { get; init; }

    /// <summary>What is known of each action, all users first.</summary>
    public ImmutableArray<ActionFinding> Actions { get; init; } = [];

    /// <summary>Sends of each message, most first.</summary>
    public ImmutableArray<MessageTraffic> Traffic { get; init; } = [];

    /// <summary>From when on <see cref="Traffic"/> is counted, Unix ms; null = nothing was sent.</summary>
    public long? TrafficSince { get; init; }

    /// <summary>Arms beside each other; null before there is anybody.</summary>
    public TrialFinding? Trial { get; init; }

    /// <summary>Moment of the fold.</summary>
    public Instant At => new(AsOf);

    /// <summary>Weeks that <see cref="Traffic"/> covers; at least a day.</summary>
    public double TrafficWeeks => TrafficSince is { } since ? Math.Max(1.0 / 7, (AsOf - since) / 604_800_000.0) : 0;

    /// <summary>Sends a week over all users, as the panel's stand for them; null = nothing was sent.</summary>
    /// <param name="agents">Users in all; at least the panel.</param>
    public double? SendsPerWeek(long agents) => Panel > 0 && TrafficSince is not null
        ? Traffic.Sum(one => one.Sends) / TrafficWeeks * Math.Max(1, (double)agents / Panel)
        : null;

    /// <summary>The finding of an action, or null.</summary>
    public ActionFinding? Of(string set, string action, string lifecycle = "") =>
        Actions.FirstOrDefault(one => one.Set == set && one.Action == action && one.Lifecycle == lifecycle);

    /// <summary>As stored: UTF-8 JSON.</summary>
    public byte[] Pack() => JsonSerializer.SerializeToUtf8Bytes(this, MomentsJson.Options);

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A newer release wrote it, or it is no such document.</exception>
    public static ProgramFindings Unpack(ReadOnlySpan<byte> stored) => MomentsJson.Read<ProgramFindings>(stored, "Findings", read => read.Format, Newest);
}
