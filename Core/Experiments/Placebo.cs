using System.Collections.Immutable;
using MathNet.Numerics;

namespace Aampe.Agents.Core.Experiments;

/// <summary>An analysis tried on users who were all treated alike: its intervals must cover 0 as often as they claim.</summary>
/// <param name="Draws">How often the units were split in two at random.</param>
/// <param name="Covered">Draws whose interval covered 0.</param>
/// <param name="NotKnown">Draws that gave no interval; they count neither way.</param>
/// <param name="Level">Level of the intervals.</param>
/// <remarks>docs/method/3-experiments-off-policy.md, A/A placebo.</remarks>
public sealed record Placebo(int Draws, int Covered, int NotKnown, ConfidenceLevel Level)
{
    /// <summary>p below which the placebo fails.</summary>
    public const double FailsBelow = 0.001;

    /// <summary>Equal parts of [0, 1] that p values are counted in.</summary>
    public const int Bins = 20;

    /// <summary>Two-sided p values of the draws that gave one, counted in <see cref="Bins"/> equal parts of [0, 1]; empty where they were not counted.</summary>
    public ImmutableArray<int> PValues { get; init; } = [];

    /// <summary>Draws whose interval missed 0.</summary>
    public int Missed => Draws - Covered - NotKnown;

    /// <summary>Chance of at least so many misses when the intervals keep their level; 1 when nothing was missed.</summary>
    public double PValue => Missed == 0 ? 1 : SpecialFunctions.BetaRegularized(Missed, Covered + 1, 1 - Level.Value);

    /// <summary>Whether the intervals miss 0 too often: no effect of this analysis is to be believed.</summary>
    public bool Fails => PValue < FailsBelow;

    /// <summary>How often p was at most 0.05, 0.1, … 1, and how often it should be: p values of an analysis that keeps its promises are uniform.</summary>
    /// <returns>A point for each part of [0, 1]; none where p values were not counted.</returns>
    public ImmutableArray<CalibrationPoint> Calibration()
    {
        var counted = PValues.Sum();
        if (counted == 0)
        {
            return [];
        }

        var points = ImmutableArray.CreateBuilder<CalibrationPoint>(PValues.Length);
        var below = 0;
        for (var i = 0; i < PValues.Length; i++)
        {
            below += PValues[i];
            var p = (i + 1) / (double)PValues.Length;
            var half = Level.NormalQuantile * Math.Sqrt(p * (1 - p) / counted);
            points.Add(new CalibrationPoint(p, (double)below / counted, Math.Max(0, p - half), Math.Min(1, p + half)));
        }

        return points.MoveToImmutable();
    }

    /// <summary>Splits the units into two random halves again and again and analyses each split as if one half were treated.</summary>
    /// <param name="units">Users who were all treated alike, such as the holdout; the order does not matter.</param>
    /// <param name="draws">Number of splits; &gt; 0.</param>
    /// <param name="level">The level at which <paramref name="analyse"/> builds its intervals.</param>
    /// <param name="analyse">The analysis on trial: treated half, control half → estimate whose truth is 0.</param>
    /// <param name="random">Source of the splits.</param>
    public static Placebo Halves<T>(
        ReadOnlySpan<T> units, int draws, ConfidenceLevel level, Func<ArraySegment<T>, ArraySegment<T>, Estimate> analyse, Random random)
    {
        ArgumentNullException.ThrowIfNull(analyse);
        ArgumentNullException.ThrowIfNull(random);
        Require.Between(draws, 1, int.MaxValue);
        var shuffled = units.ToArray();
        var half = shuffled.Length / 2;
        var (covered, notKnown) = (0, 0);
        var bins = new int[Bins];
        for (var draw = 0; draw < draws; draw++)
        {
            random.Shuffle(shuffled);
            var estimate = analyse(new(shuffled, 0, half), new(shuffled, half, shuffled.Length - half));
            covered += estimate is Estimate.Known known && known.Covers(0) ? 1 : 0;
            notKnown += estimate is Estimate.NotKnown ? 1 : 0;
            if (estimate is Estimate.Known { StandardError: > 0 } tested)
            {
                bins[Math.Clamp((int)Math.Ceiling(Significance.Normal(tested.Value / tested.StandardError).PValue * Bins) - 1, 0, Bins - 1)]++;
            }
        }

        return new(draws, covered, notKnown, level) { PValues = [.. bins] };
    }
}
