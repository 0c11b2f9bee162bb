using System.Text.Json;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>An experiment counted over every user, not over the panel: sums and no user.</summary>
public sealed record TrialCensus
{
    /// <summary>The layout that this release writes; fields are only added.</summary>
    public const int Newest = 1;

    /// <summary>Layout.</summary>
    public int Format { get; init; } = Newest;

    /// <summary>Program id.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the program.</summary>
    public required int ProgramVersion { get; init; }

    /// <summary>Moment up to which events had been applied, Unix ms.</summary>
    public required long AsOf { get; init; }

    /// <summary>Users counted.</summary>
    public required long Users { get; init; }

    /// <summary>The arms; null where nobody belongs to the experiment.</summary>
    public TrialFinding? Trial { get; init; }

    /// <summary>Moment of the count.</summary>
    public Instant At => new(AsOf);

    /// <summary>As stored: UTF-8 JSON.</summary>
    public byte[] Pack() => JsonSerializer.SerializeToUtf8Bytes(this, MomentsJson.Options);

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A newer release wrote it, or it is no such document.</exception>
    public static TrialCensus Unpack(ReadOnlySpan<byte> stored) => MomentsJson.Read<TrialCensus>(stored, "A count", read => read.Format, Newest);
}
