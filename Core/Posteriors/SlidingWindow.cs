using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>One effect as a posterior sees it.</summary>
/// <param name="Success">Binarised effect b in [0, 1]; null where the binarisation gives none.</param>
/// <param name="Effect">Effect ΔY, nats.</param>
/// <param name="Weight">Credit ω ≥ 0, 1 as a rule.</param>
/// <param name="At">When the effect matured.</param>
public readonly record struct ObservedEffect(double? Success, double Effect, double Weight, Instant At);

/// <summary>The alternative to discounting: the last effects count fully, older ones not at all.</summary>
/// <remarks>docs/method.md §7, option SlidingWindow; limits 100 effects or 90 d unless said otherwise.</remarks>
public sealed record SlidingWindow
{
    /// <summary>No effect yet; at most 100 effects of the last 90 days.</summary>
    public static SlidingWindow Empty { get; } = new();

    /// <summary>Most effects kept, ≥ 1.</summary>
    public int Capacity { get; init => field = Require.Between(value, 1, int.MaxValue); } = 100;

    /// <summary>Age from which an effect no longer counts, &gt; 0.</summary>
    public TimeSpan Length { get; init => field = Require.Between(value.Ticks, 1, TimeSpan.MaxValue.Ticks) > 0 ? value : default; } = TimeSpan.FromDays(90);

    /// <summary>Effects kept, in order of maturity.</summary>
    public ImmutableArray<ObservedEffect> Effects { get; init; } = [];

    /// <summary>The window with one more effect; the oldest leaves when there is no room.</summary>
    public SlidingWindow Add(ObservedEffect effect)
    {
        var at = Effects.Length;
        while (at > 0 && Effects[at - 1].At > effect.At)
        {
            at--;
        }

        var longer = Effects.Insert(at, effect);
        return this with { Effects = longer.Length > Capacity ? longer.RemoveAt(0) : longer };
    }

    /// <summary>Evidence of the effects with now − length ≤ t ≤ now.</summary>
    public Evidence At(Instant now)
    {
        var evidence = default(Evidence);
        foreach (var effect in Effects)
        {
            if (effect.At >= now - Length && effect.At <= now)
            {
                evidence = evidence.Add(effect.Success, effect.Effect, effect.Weight, effect.At, null);
            }
        }

        return evidence.DecayedTo(now, null);
    }
}
