using System.Collections.Immutable;

namespace Aampe.Agents.Core.Findings;

/// <summary>Arms of a program's experiment over one span, at one moment.</summary>
public sealed record TrialFinding
{
    /// <summary>Covariates by name.</summary>
    public static ImmutableArray<string> Covariates { get; } = ["ln(1 + events in the 28 days before)", "ln(1 + goals in the 28 days before)", "ln(1 + days since the last event)", "ln(1 + days since first seen)"];

    /// <summary>Start of what is counted, Unix ms.</summary>
    public required long From { get; init; }

    /// <summary>End of it, Unix ms.</summary>
    public required long To { get; init; }

    /// <summary>Whether the plan began earlier: agents keep events so long and no longer.</summary>
    public required bool IsCut { get; init; }

    /// <summary>Whether the look is before the end that was fixed; null = none was.</summary>
    public bool? IsInterim { get; init; }

    /// <summary>Whether the program names intent events.</summary>
    public required bool HasIntent { get; init; }

    /// <summary>Whether any goal event carried an amount.</summary>
    public required bool HasValue { get; init; }

    /// <summary>Arms in the order of the plan, those without weight left out.</summary>
    public required ImmutableArray<TrialArm> Arms { get; init; }

    /// <summary>Planned buckets of each arm, out of 10,000.</summary>
    public required ImmutableArray<int> Buckets { get; init; }

    /// <summary>Pairing with the holdout; null where there is no holdout.</summary>
    public PairingFinding? Pairing { get; init; }

    /// <summary>Random halves of the holdout, tried on goals a user; null with fewer than 20 users.</summary>
    public PlaceboFinding? Placebo { get; init; }

    /// <summary>Days counted.</summary>
    public double Days => (To - From) / 86_400_000.0;
}
