namespace Aampe.Agents.Core.Effects;

/// <summary>When an effect is a success (docs/method.md §6). Success rates compare actions within one context only.</summary>
public enum Threshold
{
    /// <summary>ΔY &gt; 0 and the user did something in post: "acted, and grew more than untreated twins". The default.</summary>
    Zero,

    /// <summary>The treated user's own difference above the median of the controls': robust to one busy neighbour.</summary>
    ControlMedian,

    /// <summary>ΔY more than z standard errors above 0, z = <see cref="EffectOptions.StandardErrors"/>: fewer, surer successes; none where the variance is unknown.</summary>
    StandardError,

    /// <summary>Share of controls whose difference is smaller, ties half: mean ½ without an effect, however sparse the events.</summary>
    PlaceboRank,
}
