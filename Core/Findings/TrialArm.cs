using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>What one arm of an experiment did: sums over its users, each counted once, as assigned.</summary>
public sealed record TrialArm
{
    /// <summary>agentic, random, rules or holdout.</summary>
    public required string Arm { get; init; }

    /// <summary>Users of the panel in the arm.</summary>
    public required long Users { get; init; }

    /// <summary>Users who got at least one message of the program.</summary>
    public required long Received { get; init; }

    /// <summary>Users with at least one intent event.</summary>
    public required long Intent { get; init; }

    /// <summary>Users with at least one goal event.</summary>
    public required long Converted { get; init; }

    /// <summary>Goal events a user, beside those of the 28 days before.</summary>
    public required PairedMoments Goals { get; init; }

    /// <summary>Amount of a user's goal events, beside the goals of the 28 days before.</summary>
    public required PairedMoments Value { get; init; }

    /// <summary>Covariates from before the experiment, in the order of <see cref="TrialFinding.Covariates"/>, of users who were there before.</summary>
    public required ImmutableArray<Moments> Before { get; init; }
}
