using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Sufficient statistics of a linear model of one user and context: ΦᵀΦ, Φᵀy, yᵀy, n, all discounted alike.</summary>
/// <param name="Products">Lower triangle of ΦᵀΦ by rows, d(d + 1)/2 numbers.</param>
/// <param name="Sums">Φᵀy, d numbers.</param>
/// <param name="Squares">yᵀy.</param>
/// <param name="Count">n.</param>
/// <param name="LastAt">Moment to which the discount has been applied.</param>
/// <remarks>docs/method.md §7 JointGaussian.</remarks>
public sealed record JointEvidence(ImmutableArray<double> Products, ImmutableArray<double> Sums, double Squares, double Count, Instant LastAt)
{
    /// <summary>Number of coefficients d.</summary>
    public int Dimension => Sums.Length;

    /// <summary>Nothing observed.</summary>
    public static JointEvidence Empty(int dimension) =>
        new([.. new double[dimension * (dimension + 1) / 2]], [.. new double[dimension]], 0, 0, default);

    /// <summary>The statistics with one more row φ and its effect.</summary>
    /// <param name="row">φ, d finite numbers.</param>
    /// <param name="effect">y, nats.</param>
    /// <param name="weight">ω ≥ 0.</param>
    /// <param name="at">When the effect matured.</param>
    /// <param name="forgettingHalfLife">h_f; null = nothing is forgotten.</param>
    public JointEvidence Add(ReadOnlySpan<double> row, double effect, double weight, Instant at, TimeSpan? forgettingHalfLife)
    {
        Require.Finite(effect);
        Require.NotNegative(weight);
        if (row.Length != Dimension)
        {
            throw new ArgumentException($"A row needs {Dimension} numbers; it has {row.Length}.", nameof(row));
        }

        foreach (var number in row)
        {
            Require.Finite(number, nameof(row));
        }

        var old = DecayedTo(at, forgettingHalfLife);
        var (products, sums) = (old.Products.ToArray(), old.Sums.ToArray());
        var place = 0;
        for (var i = 0; i < row.Length; i++)
        {
            sums[i] += weight * row[i] * effect;
            for (var j = 0; j <= i; j++)
            {
                products[place++] += weight * row[i] * row[j];
            }
        }

        return new([.. products], [.. sums], old.Squares + weight * effect * effect, old.Count + weight, old.LastAt);
    }

    /// <summary>All four statistics times 2^(−elapsed / half-life); an earlier moment changes nothing.</summary>
    public JointEvidence DecayedTo(Instant at, TimeSpan? forgettingHalfLife)
    {
        if (Count == 0 || at <= LastAt || forgettingHalfLife is not { } halfLife)
        {
            return this with { LastAt = Count == 0 ? at : Instant.Max(at, LastAt) };
        }

        var kept = Math.Pow(2, -(at - LastAt).TotalMilliseconds / Require.Positive(halfLife.TotalMilliseconds));
        return new([.. Products.Select(x => x * kept)], [.. Sums.Select(x => x * kept)], Squares * kept, Count * kept, at);
    }

    internal double ProductAt(int i, int j) => i >= j ? Products[i * (i + 1) / 2 + j] : Products[j * (j + 1) / 2 + i];
}
