using System.Numerics;
using System.Runtime.InteropServices;

namespace Aampe.Agents.Core.Populations;

/// <summary>Sums over agents for one round of the fit: all additive, so that shards of a cohort add up.</summary>
sealed class FitSums
{
    readonly int dimension;
    readonly int packed;
    readonly double[] design;
    readonly double[] solved;
    readonly double[] weight;
    readonly double[] moved;

    public FitSums(PopulationPrior prior)
    {
        dimension = prior.Dimension;
        packed = dimension * (dimension + 1) / 2;
        Width = 1 + prior.Slopes.Length + prior.Types.Length;
        design = new double[Width];
        solved = new double[dimension * dimension];
        weight = new double[packed];
        moved = new double[dimension];
        Normal = new double[Width * (Width + 1) / 2 * packed];
        Right = new double[Width * dimension];
        Squares = new double[packed];
        Shares = new double[prior.Types.Length];
    }

    /// <summary>Length of ψ = (1, features, type).</summary>
    public int Width { get; }

    /// <summary>Σ E[ψψᵀ] ⊗ W: for each pair a ≥ b a packed triangle. W = (Σ + S⁻¹)⁻¹, what an agent knows of its prior mean.</summary>
    public double[] Normal { get; }

    /// <summary>Σ E[ψ] ⊗ W·(own estimate).</summary>
    public double[] Right { get; }

    /// <summary>Σ of (posterior mean − prior mean) squared, packed.</summary>
    public double[] Squares { get; }

    /// <summary>Σ P(type).</summary>
    public double[] Shares { get; }

    /// <summary>Agents.</summary>
    public double Count { get; private set; }

    /// <summary>Σ ln evidence.</summary>
    public double Evidence { get; private set; }

    public void Add(UserPrior user, EffectStatistic own)
    {
        var belief = EffectBelief.Of(user, own);
        Count++;
        Evidence += belief.LogEvidence;
        var sums = Inform(belief, own);
        var features = user.Features;
        design[0] = 1;
        features.CopyTo(design.AsSpan(1));
        Array.Clear(design, 1 + features.Length, design.Length - 1 - features.Length);
        for (var t = 0; t < belief.Weights.Length; t++)
        {
            design[1 + features.Length + belief.Types[t]] = belief.Weights[t];
            Shares[belief.Types[t]] += belief.Weights[t];
            user.MeanOf(belief.Types[t], moved);
            var mean = belief.MeanOf(t);
            for (var i = 0; i < dimension; i++)
            {
                moved[i] = mean[i] - moved[i];
            }

            AddSquares(belief.Weights[t]);
        }

        AddNormal(1 + features.Length, sums);
    }

    public void Add(FitSums other)
    {
        AddTimes(Normal, other.Normal, 1);
        AddTimes(Right, other.Right, 1);
        AddTimes(Squares, other.Squares, 1);
        AddTimes(Shares, other.Shares, 1);
        Count += other.Count;
        Evidence += other.Evidence;
    }

    // W = S − (L⁻¹S)ᵀ(L⁻¹S), and w = s − (L⁻¹S)ᵀ(L⁻¹s).
    double[] Inform(EffectBelief belief, EffectStatistic own)
    {
        var products = own.Products;
        var sums = new double[dimension];
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                solved[i * dimension + j] = solved[j * dimension + i] = products[i * (i + 1) / 2 + j];
            }

            sums[i] = own.Sums[i];
        }

        // Row i of S, which is its column i, becomes column i of L⁻¹S.
        for (var i = 0; i < dimension; i++)
        {
            SmallCholesky.SolveLower(belief.Factor, solved.AsSpan(i * dimension, dimension));
        }

        Span<double> reduced = stackalloc double[dimension];
        sums.CopyTo(reduced);
        SmallCholesky.SolveLower(belief.Factor, reduced);
        var place = 0;
        for (var i = 0; i < dimension; i++)
        {
            var row = solved.AsSpan(i * dimension, dimension);
            sums[i] -= Dot(row, reduced);
            for (var j = 0; j <= i; j++)
            {
                weight[place] = products[place] - Dot(row, solved.AsSpan(j * dimension, dimension));
                place++;
            }
        }

        return sums;
    }

    void AddSquares(double probability)
    {
        var place = 0;
        for (var i = 0; i < dimension; i++)
        {
            var scaled = probability * moved[i];
            for (var j = 0; j <= i; j++)
            {
                Squares[place++] += scaled * moved[j];
            }
        }
    }

    // Types exclude each other: E[ψ_k ψ_l] is P(k) on the diagonal and 0 beside it.
    void AddNormal(int firstType, double[] sums)
    {
        for (var a = 0; a < Width; a++)
        {
            if (design[a] == 0)
            {
                continue;
            }

            AddTimes(Right.AsSpan(a * dimension, dimension), sums, design[a]);
            for (var b = 0; b <= a; b++)
            {
                var times = a < firstType || b < firstType ? design[a] * design[b] : a == b ? design[a] : 0;
                if (times != 0)
                {
                    AddTimes(Normal.AsSpan((a * (a + 1) / 2 + b) * packed, packed), weight, times);
                }
            }
        }
    }

    static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector<double>.Zero;
        ReadOnlySpan<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a), y = MemoryMarshal.Cast<double, Vector<double>>(b);
        for (var i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        var total = Vector.Sum(sum);
        for (var i = x.Length * Vector<double>.Count; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    static void AddTimes(Span<double> into, ReadOnlySpan<double> from, double times)
    {
        var wide = MemoryMarshal.Cast<double, Vector<double>>(into);
        var other = MemoryMarshal.Cast<double, Vector<double>>(from);
        var factor = new Vector<double>(times);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] += factor * other[i];
        }

        for (var i = wide.Length * Vector<double>.Count; i < into.Length; i++)
        {
            into[i] += times * from[i];
        }
    }
}
