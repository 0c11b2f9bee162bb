using Aampe.Agents.Core.Effects;

namespace Aampe.Agents.Core.Programs;

/// <summary>Which model of the effect an agent keeps.</summary>
public enum PosteriorKind
{
    /// <summary>Binarised effect, Beta-Bernoulli: the interpretable model of the paper.</summary>
    Beta,

    /// <summary>Continuous effect, Normal–inverse-gamma.</summary>
    Gaussian,

    /// <summary>All effects of a user in one belief over overlapping messages, its prior a population of types (docs/method/4-populations.md).</summary>
    Joint,
}

/// <summary>How an effect becomes a success.</summary>
public enum SuccessRule
{
    /// <summary>ΔY &gt; 0 and at least one event after.</summary>
    Zero,

    /// <summary>Grew more than the median control.</summary>
    ControlMedian,

    /// <summary>ΔY above <see cref="Learning.StandardErrors"/> standard errors.</summary>
    StandardError,

    /// <summary>Rank among the controls, in [0, 1].</summary>
    PlaceboRank,
}

/// <summary>How much of an effect each action of the message takes (method §8).</summary>
public enum CreditRule
{
    /// <summary>ω = 1: every set is a bandit of its own on the whole outcome.</summary>
    Full,

    /// <summary>ω = 1 / number of sets credited: slower, and surer where the catalogue confounds sets.</summary>
    Shared,
}

/// <summary>Settings of learning (method §5–§10). Defaults are those of docs/method.md.</summary>
public sealed record Learning
{
    /// <summary>The model.</summary>
    public PosteriorKind Posterior { get; init; } = PosteriorKind.Beta;

    /// <summary>How an effect becomes a success, for the Beta model.</summary>
    public SuccessRule Success { get; init; } = SuccessRule.Zero;

    /// <summary>What an outcome after is compared with. A long baseline knows no effect of a user who was messaged on nearly all of the 28 days before.</summary>
    public Baseline Baseline { get; init; } = Baseline.Window;

    /// <summary>
    /// Whether a regression on what untreated users did before tells what to expect; neighbours do where it cannot. Sharper, and off where agents choose by
    /// activity whom they message (ADR 0006).
    /// </summary>
    public bool Adjust { get; init; }

    /// <summary>φ: share of decisions that are sampled, the rest take the posterior mean; 0 to 1.</summary>
    public double SampleShare { get; init; } = 1;

    /// <summary>Days from the program's first contact with a user in which choices are uniform; 0 to 28.</summary>
    public int RandomDays { get; init; }

    /// <summary>
    /// Whether exploration follows what is left to learn, until the horizon, for so many agents, instead of <see cref="SampleShare"/> and
    /// <see cref="RandomDays"/>. Only the joint model knows; a set's exploration stays the floor.
    /// </summary>
    public bool Adaptive { get; init; }

    /// <summary>Event type that the joint model counts a day; empty = it looks for the one that shows most. Other events than the goal's may show effects long before goals do.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>k: control neighbours; 5 to 100.</summary>
    public int Neighbours { get; init; } = 25;

    /// <summary>k_min: fewest controls; 2 to k.</summary>
    public int FewestNeighbours { get; init; } = 5;

    /// <summary>L_min: shortest window that still identifies an effect.</summary>
    public TimeSpan ShortestWindow { get; init; } = TimeSpan.FromHours(12);

    /// <summary>K: nearest messages that are re-valued; 1 to 1,000.</summary>
    public int MatchWidth { get; init; } = 10;

    /// <summary>M_max: cap on the strength of an empirical-Bayes prior.</summary>
    public double PriorStrengthCap { get; init; } = 20;

    /// <summary>z of <see cref="SuccessRule.StandardError"/>; 0 to 5.</summary>
    public double StandardErrors { get; init; } = 1;

    /// <summary>Which features find a user's nearest controls. Not Core's default: through a whole app, habits at the contact leave less (docs/adr/0011).</summary>
    public NeighbourFeatures Features { get; init; } = NeighbourFeatures.WithoutBaseline;

    /// <summary>What another message of the agent within a window's length does to an effect.</summary>
    public OverlapRule Overlap { get; init; } = OverlapRule.Truncate;

    /// <summary>What each set's action learns from an effect.</summary>
    public CreditRule Credit { get; init; } = CreditRule.Full;

    /// <summary>c: what sending costs, subtracted from the value of Send where there is a frequency set; in probability for Beta, in nats for Gaussian, in outcomes for the joint model. 0 to 5.</summary>
    public double SendPrice { get; init; }

    /// <summary>Days after an effect was learnt in which late events still revise it; 0 to 7, 0 = never.</summary>
    public int ReviseDays { get; init; }

    /// <summary>Trait that names a user's market, such as <c>country</c>: controls come from the same one first. Empty = all users are one market.</summary>
    public string Market { get; init; } = "";

    /// <summary>The model of a program that names none: the one that brings most across the sample worlds (docs/adr/0012).</summary>
    public const PosteriorKind Default = PosteriorKind.Joint;

    /// <summary>Settings that go with a model: the joint one explores as much as there is left to learn; where that is switched off, in a few random days.</summary>
    public static Learning StandardOf(PosteriorKind posterior) =>
        posterior == PosteriorKind.Joint ? new Learning { Posterior = posterior, Adaptive = true, SampleShare = 0, RandomDays = 3 } : new Learning { Posterior = posterior };
}
