using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// How effects move, as a population has learnt it: the half-life with which what an agent knows of its own effects fades, and the steps that the
/// effects of everybody have made. It carries an agent's statistic from the day it was written to the day of the prior.
/// </summary>
/// <remarks>docs/method.md §7c. Carrying twice equals carrying once over both spans, as long as the half-life is the same.</remarks>
public sealed record EffectDrift
{
    /// <summary>Nothing moves.</summary>
    public static EffectDrift None { get; } = new();

    /// <summary>Half-life of what an agent knows of its own effects, days, &gt; 0; null = nothing is forgotten.</summary>
    public double? HalfLifeDays { get; init; }

    /// <summary>Number of the first day whose step is kept.</summary>
    public int FirstDay { get; init; }

    /// <summary>Step of all means after each day from <see cref="FirstDay"/> on, P numbers each.</summary>
    public ImmutableArray<double[]> Steps { get; init; } = [];

    /// <summary>The day of the prior: statistics must be carried to it before they are used.</summary>
    public int Day => FirstDay + Steps.Length;

    /// <summary>This drift with one more step; the oldest goes when there are more than <paramref name="most"/>.</summary>
    public EffectDrift With(double[] step, int most)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Steps.Length < most
            ? this with { Steps = Steps.Add(step) }
            : this with { Steps = Steps.RemoveAt(0).Add(step), FirstDay = FirstDay + 1 };
    }

    /// <summary>A statistic of an earlier day as it counts on the day of the prior.</summary>
    /// <param name="own">The statistic.</param>
    /// <param name="day">The day it was carried to last; a later day than the prior's changes nothing.</param>
    /// <remarks>Steps older than the first one kept are not made up for: what was known then has faded, or moved by what is lost.</remarks>
    public EffectStatistic Carry(EffectStatistic own, int day)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (day >= Day)
        {
            return own;
        }

        var step = new double[own.Dimension];
        for (var d = Math.Max(0, day - FirstDay); d < Steps.Length; d++)
        {
            for (var i = 0; i < step.Length; i++)
            {
                step[i] += Steps[d][i];
            }
        }

        return own.Shifted(step).Decayed(HalfLifeDays is { } halfLife ? Math.Pow(2, (day - Day) / halfLife) : 1);
    }
}
