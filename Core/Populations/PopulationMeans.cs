using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// Mean effects of types and slopes of features by generalised least squares over agents: exact for the Σ given, where EM would creep. What
/// types and features add is shrunk to 0 by as much as the data say: their own variances are learnt (a third level of the hierarchy).
/// </summary>
/// <remarks>docs/method.md §9a.</remarks>
static class PopulationMeans
{
    const int Rounds = 3;

    /// <summary>M: for the constant, each feature and each type a vector of P.</summary>
    /// <param name="sums">Sums over agents.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="guess">Variances before anything is known, packed.</param>
    /// <param name="firstType">Where types begin in ψ.</param>
    /// <returns>M, and the error variance of an action's mean effect: mean over users and contrasts.</returns>
    public static (double[][] Means, double Error) Solve(FitSums sums, EffectLayout layout, double[] guess, int firstType)
    {
        var (n, width) = (layout.Dimension, sums.Width);
        var normal = Matrix<double>.Build.Dense(n * width, n * width);
        var packed = n * (n + 1) / 2;
        for (var a = 0; a < width; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                var block = sums.Normal.AsSpan((a * (a + 1) / 2 + b) * packed, packed);
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        var value = block[PopulationFit.Place(i, j)];
                        normal[a * n + i, b * n + j] = value;
                        normal[b * n + j, a * n + i] = value;
                    }
                }
            }
        }

        var right = Vector<double>.Build.Dense(sums.Right);
        var families = new Families(layout, guess, width, firstType);
        double[] solution = [];
        var error = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var shrunk = normal.Clone();
            for (var i = 0; i < n * width; i++)
            {
                shrunk[i, i] += families.PrecisionOf(i);
            }

            var factor = shrunk.Cholesky();
            solution = [.. factor.Solve(right)];
            if (round < Rounds - 1)
            {
                families.Learn(solution, factor.Factor);
            }
            else
            {
                error = ErrorOfActions(sums, layout, factor.Factor, firstType);
            }
        }

        return ([.. Enumerable.Range(0, width).Select(a => solution[(a * n)..((a + 1) * n)])], error);
    }

    // A user's mean is the constant's and its type's coefficient plus slopes times features of mean 0 and variance 1: tr(E[ψψᵀ]·Cov) for each
    // contrast, features taken for uncorrelated.
    static double ErrorOfActions(FitSums sums, EffectLayout layout, Matrix<double> factor, int firstType)
    {
        var (n, total, contrasts) = (layout.Dimension, sums.Shares.Sum(), Contrasts(layout));
        if (contrasts.Length == 0)
        {
            return 0;
        }

        var (packed, parts) = (Packed(factor), new double[sums.Width]);
        Parallel.For(1, sums.Width, a =>
        {
            foreach (var p in contrasts)
            {
                var column = new double[n * sums.Width];
                column[a * n + p] = 1;
                column[p] = a < firstType ? 0 : 1;
                SmallCholesky.SolveLower(packed, column);
                parts[a] += (a < firstType ? 1 : sums.Shares[a - firstType] / total) * column.Sum(x => x * x) / contrasts.Length;
            }
        });
        return parts.Sum();
    }

    /// <summary>The same before any effect is known: the width of the guess.</summary>
    public static double ErrorOfGuess(EffectLayout layout, double[] guess) =>
        Contrasts(layout) is { Length: > 0 } contrasts ? contrasts.Average(p => guess[PopulationFit.Place(p, p)]) : 0;

    static int[] Contrasts(EffectLayout layout) =>
        [.. Enumerable.Range(0, layout.Dimension).Where(p => p != layout.Message && p != layout.Fatigue && p != layout.Correction)];

    static double[] Packed(Matrix<double> factor)
    {
        var packed = new double[factor.RowCount * (factor.RowCount + 1) / 2];
        for (var i = 0; i < factor.RowCount; i++)
        {
            factor.Row(i, 0, i + 1).AsArray()!.CopyTo(packed, i * (i + 1) / 2);
        }

        return packed;
    }

    /// <summary>Coefficients that share a variance: message, actions, fatigue, each for the constant, for features and for types.</summary>
    sealed class Families
    {
        readonly int[] of;
        readonly double[] variances;
        readonly double[] least;

        public Families(EffectLayout layout, double[] guess, int width, int firstType)
        {
            var n = layout.Dimension;
            of = new int[n * width];
            variances = new double[12];
            least = new double[12];
            for (var i = 0; i < of.Length; i++)
            {
                var (a, p) = (i / n, i % n);
                var kind = p == layout.Message ? 0 : p == layout.Fatigue ? 2 : p == layout.Correction ? 3 : 1;
                of[i] = 4 * (a == 0 ? 0 : a < firstType ? 1 : 2) + kind;
                var start = guess[p * (p + 1) / 2 + p];
                variances[of[i]] = a == 0 ? 4 * start : a < firstType ? start / 10 : start;
                least[of[i]] = start * 1e-4;
            }
        }

        // The baseline's correction is an error, not an effect: it averages 0 by construction.
        public double PrecisionOf(int i) => of[i] % 4 == 3 ? 1e12 : 1 / variances[of[i]];

        /// <summary>Variances that fit what was found, each estimate with its own error: one round of EM.</summary>
        public void Learn(double[] solution, Matrix<double> factor)
        {
            var errors = Errors(factor);
            var (sums, counts) = (new double[variances.Length], new int[variances.Length]);
            for (var i = 0; i < of.Length; i++)
            {
                sums[of[i]] += solution[i] * solution[i] + errors[i];
                counts[of[i]]++;
            }

            // The constant keeps its wide prior; a family that is small beside its guess is all noise.
            for (var family = 4; family < variances.Length; family++)
            {
                if (counts[family] > 0)
                {
                    variances[family] = Math.Max(least[family], sums[family] / counts[family]);
                }
            }
        }

        // Diagonal of (LLᵀ)⁻¹: squared lengths of the columns of L⁻¹.
        static double[] Errors(Matrix<double> factor)
        {
            var n = factor.RowCount;
            var rows = new double[n][];
            for (var i = 0; i < n; i++)
            {
                rows[i] = factor.Row(i, 0, i + 1).ToArray();
            }

            var errors = new double[n];
            Parallel.For(0, n, j =>
            {
                var column = new double[n];
                column[j] = 1 / rows[j][j];
                var sum = column[j] * column[j];
                for (var i = j + 1; i < n; i++)
                {
                    var dot = 0.0;
                    for (var k = j; k < i; k++)
                    {
                        dot += rows[i][k] * column[k];
                    }

                    column[i] = -dot / rows[i][i];
                    sum += column[i] * column[i];
                }

                errors[j] = sum;
            });
            return errors;
        }
    }
}
