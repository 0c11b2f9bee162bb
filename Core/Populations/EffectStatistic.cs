using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// All that one agent keeps of its own effects: XᵀWX (lower triangle), XᵀWy, yᵀWy and the weight of its rows, in single precision.
/// With P = 21 (6 sets, 24 actions) 252 + 3 numbers, 1,020 bytes.
/// </summary>
/// <remarks>docs/method.md §7a. A value: adding gives a new one. Merging adds, in any order up to rounding.</remarks>
public sealed class EffectStatistic
{
    readonly float[] numbers;

    EffectStatistic(int dimension, float[] numbers)
    {
        Dimension = dimension;
        this.numbers = numbers;
    }

    /// <summary>P.</summary>
    public int Dimension { get; }

    /// <summary>Lower triangle of XᵀWX by rows.</summary>
    public ReadOnlySpan<float> Products => numbers.AsSpan(0, Dimension * (Dimension + 1) / 2);

    /// <summary>XᵀWy.</summary>
    public ReadOnlySpan<float> Sums => numbers.AsSpan(Dimension * (Dimension + 1) / 2, Dimension);

    /// <summary>yᵀWy.</summary>
    public double Squares => numbers[^3];

    /// <summary>Number of rows, decayed like all else.</summary>
    public double Count => numbers[^2];

    /// <summary>Sum of ln w over the rows, decayed like all else: makes likelihoods of different weights comparable.</summary>
    public double LogWeights => numbers[^1];

    /// <summary>Bytes of the numbers.</summary>
    public int Bytes => numbers.Length * sizeof(float);

    /// <summary>Nothing observed.</summary>
    public static EffectStatistic Empty(int dimension) => new(dimension, new float[dimension * (dimension + 1) / 2 + dimension + 3]);

    /// <summary>The numbers as stored.</summary>
    public ImmutableArray<float> ToNumbers() => [.. numbers];

    /// <summary>A statistic of its stored numbers.</summary>
    /// <exception cref="ArgumentException">Their count fits no dimension P, or one is not finite.</exception>
    public static EffectStatistic Of(ReadOnlySpan<float> numbers)
    {
        var dimension = (int)((Math.Sqrt(9 + 8.0 * (numbers.Length - 3)) - 3) / 2);
        if (dimension < 1 || dimension * (dimension + 1) / 2 + dimension + 3 != numbers.Length)
        {
            throw new ArgumentException($"A statistic has P(P+1)/2 + P + 3 numbers; these are {numbers.Length}.", nameof(numbers));
        }

        foreach (var number in numbers)
        {
            Require.Finite(number);
        }

        return new(dimension, numbers.ToArray());
    }

    /// <summary>One more row.</summary>
    /// <param name="row">x, P numbers.</param>
    /// <param name="outcome">y: outcome less what was expected without messages.</param>
    /// <param name="weight">w &gt; 0: 1 over the row's noise variance.</param>
    /// <param name="kept">Factor on all that was known before, in (0, 1]: forgetting.</param>
    public EffectStatistic Add(ReadOnlySpan<double> row, double outcome, double weight, double kept = 1)
    {
        Require.Finite(outcome);
        Require.Positive(weight);
        if (row.Length != Dimension)
        {
            throw new ArgumentException($"A row needs {Dimension} numbers; it has {row.Length}.", nameof(row));
        }

        var next = Scaled(kept);
        var place = 0;
        for (var i = 0; i < row.Length; i++)
        {
            var scaled = weight * row[i];
            if (scaled == 0)
            {
                place += i + 1;
                continue;
            }

            for (var j = 0; j <= i; j++)
            {
                next[place++] += (float)(scaled * row[j]);
            }

            next[Dimension * (Dimension + 1) / 2 + i] += (float)(scaled * outcome);
        }

        next[^3] += (float)(weight * outcome * outcome);
        next[^2] += 1;
        next[^1] += (float)Math.Log(weight);
        return new(Dimension, next);
    }

    /// <summary>The statistic with all it knows times a factor in (0, 1].</summary>
    public EffectStatistic Decayed(double kept) => kept == 1 ? this : new(Dimension, Scaled(kept));

    /// <summary>The statistic as it would be, had all effects been larger by a step when its rows were seen: s + S·step.</summary>
    /// <remarks>docs/method.md §7c.</remarks>
    public EffectStatistic Shifted(ReadOnlySpan<double> step)
    {
        if (!step.ContainsAnyExcept(0))
        {
            return this;
        }

        var next = (float[])numbers.Clone();
        Span<double> moved = stackalloc double[Dimension];
        SmallCholesky.Multiply(Products, step, moved);
        var squares = 0.0;
        for (var i = 0; i < Dimension; i++)
        {
            squares += step[i] * (2 * Sums[i] + moved[i]);
            next[Dimension * (Dimension + 1) / 2 + i] += (float)moved[i];
        }

        next[^3] += (float)squares;
        return new(Dimension, next);
    }

    /// <summary>Both together.</summary>
    public EffectStatistic Merge(EffectStatistic other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Dimension != Dimension)
        {
            throw new ArgumentException($"A statistic of {other.Dimension} coefficients cannot be merged with one of {Dimension}.", nameof(other));
        }

        var sum = (float[])numbers.Clone();
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += other.numbers[i];
        }

        return new(Dimension, sum);
    }

    float[] Scaled(double kept)
    {
        var next = (float[])numbers.Clone();
        if (kept != 1)
        {
            var factor = (float)kept;
            for (var i = 0; i < next.Length; i++)
            {
                next[i] *= factor;
            }
        }

        return next;
    }
}
