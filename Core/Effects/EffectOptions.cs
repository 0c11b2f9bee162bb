using Aampe.Agents.Core.Outcomes;

namespace Aampe.Agents.Core.Effects;

/// <summary>How effects are measured. The defaults, with their reasons, are those of docs/method.md §0.</summary>
public sealed record EffectOptions
{
    readonly TimeSpan window = TimeSpan.FromHours(72);
    readonly TimeSpan shortestWindow = TimeSpan.FromHours(12);
    readonly TimeSpan grace = TimeSpan.FromHours(6);
    readonly int neighbours = 25;
    readonly int fewestNeighbours = 5;
    readonly int fewestBaselineDays = 7;
    readonly double standardErrors = 1;

    /// <summary>The defaults.</summary>
    public static EffectOptions Default { get; } = new();

    /// <summary>t_Δ, the window on each side of the intervention; 1 ms to 365 d. Sends are a few a week: longer windows overlap, shorter ones miss slow conversions.</summary>
    public TimeSpan Window { get => window; init => window = Span(value, nameof(Window)); }

    /// <summary>h; a third of the window leaves 1/8 at its edge.</summary>
    public HalfLife HalfLife { get; init; } = HalfLife.OfHours(24);

    /// <summary>k ≥ 1: nearest controls that are used.</summary>
    public int Neighbours { get => neighbours; init => neighbours = Require.Between(value, 1, int.MaxValue, nameof(Neighbours)); }

    /// <summary>k_min ≥ 1: fewer eligible controls than this and the user's own weeks are used.</summary>
    public int FewestNeighbours { get => fewestNeighbours; init => fewestNeighbours = Require.Between(value, 1, int.MaxValue, nameof(FewestNeighbours)); }

    /// <summary>L_min: no effect is measured over less.</summary>
    public TimeSpan ShortestWindow { get => shortestWindow; init => shortestWindow = Span(value, nameof(ShortestWindow)); }

    /// <summary>G: how long after a window its events may still arrive; 0 to 365 d. Mobile clients buffer offline.</summary>
    public TimeSpan Grace { get => grace; init => grace = value == TimeSpan.Zero ? value : Span(value, nameof(Grace)); }

    /// <summary>What another intervention nearby does.</summary>
    public OverlapRule Overlap { get; init; } = OverlapRule.Truncate;

    /// <summary>How an effect becomes success or failure.</summary>
    public Threshold Threshold { get; init; } = Threshold.Zero;

    /// <summary>z ≥ 0 of <see cref="Threshold.StandardError"/>: one standard error tells a real gain from chance about five times in six.</summary>
    public double StandardErrors { get => standardErrors; init => standardErrors = Require.NotNegative(value, nameof(StandardErrors)); }

    /// <summary>Which features find the nearest controls. Whatever of pre is among them moves the mean off 0 where nothing was sent (ADR 0004, 0011).</summary>
    public NeighbourFeatures Features { get; init; } = NeighbourFeatures.BeforeTheWindow;

    /// <summary>What set the time of the intervention.</summary>
    public Surface Surface { get; init; } = Surface.Scheduled;

    /// <summary>What the outcome after is compared with.</summary>
    public Baseline Baseline { get; init; } = Baseline.Window;

    /// <summary>
    /// Whether a regression on what untreated users did before takes the place of the neighbours' mean (docs/method.md §5, adjustment). Where it cannot be
    /// fitted, effects are measured as without it.
    /// </summary>
    public bool Adjust { get; init; }

    /// <summary>N: fewest untreated days of a long baseline, 1 to 28; a week holds every weekday once.</summary>
    public int FewestBaselineDays { get => fewestBaselineDays; init => fewestBaselineDays = Require.Between(value, 1, BaselineDays.Most, nameof(FewestBaselineDays)); }

    /// <summary>What the events of a counted day weigh.</summary>
    public DayWeights DayWeights { get; init; }

    static TimeSpan Span(TimeSpan value, string name) =>
        value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromDays(365)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 ms to 365 d; was {value}.");
}
