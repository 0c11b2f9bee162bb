using System.Numerics;
using System.Runtime.Intrinsics;

namespace Aampe.Agents.Core.Populations;

/// <summary>P = L·Lᵀ in place, packed by rows: the few microseconds of a decision leave no room for a general library's allocations.</summary>
static class SmallCholesky
{
    const int MostOnStack = 1_024;

    /// <summary>Factorises a packed lower triangle in place; false when it is not positive definite.</summary>
    /// <remarks>
    /// Column after column: each element still sums the same products in the same order as row by row, but the sums of a row grow side by side, and do
    /// not wait for each other.
    /// </remarks>
    public static bool Factor(Span<double> packed, int n)
    {
        var sums = packed.Length <= MostOnStack ? stackalloc double[packed.Length] : new double[packed.Length];
        Span<double> column = stackalloc double[n];
        sums.Clear();
        for (var k = 0; k < n; k++)
        {
            var diagonal = k * (k + 1) / 2 + k;
            var pivot = packed[diagonal] - sums[diagonal];
            if (!(pivot > 0))
            {
                return false;
            }

            pivot = Math.Sqrt(pivot);
            packed[diagonal] = pivot;
            for (var i = k + 1; i < n; i++)
            {
                var row = i * (i + 1) / 2;
                var one = (packed[row + k] - sums[row + k]) / pivot;
                packed[row + k] = one;
                column[i] = one;
                AddProducts(sums.Slice(row + k + 1, i - k), column.Slice(k + 1, i - k), one);
            }
        }

        return true;
    }

    static void AddProducts(Span<double> sums, ReadOnlySpan<double> column, double one)
    {
        var j = 0;
        for (; j + Vector256<double>.Count <= sums.Length; j += Vector256<double>.Count)
        {
            (Vector256.Create(sums[j..]) + Vector256.Create(one) * Vector256.Create(column[j..])).CopyTo(sums[j..]);
        }

        for (; j < sums.Length; j++)
        {
            sums[j] += one * column[j];
        }
    }

    /// <summary>x := L⁻¹x.</summary>
    public static void SolveLower(ReadOnlySpan<double> factor, Span<double> x)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var row = factor.Slice(i * (i + 1) / 2, i + 1);
            x[i] = (x[i] - Dot(x[..i], row)) / row[i];
        }
    }

    /// <summary>x := L⁻ᵀx.</summary>
    public static void SolveUpper(ReadOnlySpan<double> factor, Span<double> x)
    {
        for (var i = x.Length - 1; i >= 0; i--)
        {
            var row = factor.Slice(i * (i + 1) / 2, i + 1);
            var solved = x[i] / row[i];
            x[i] = solved;
            for (var k = 0; k < i; k++)
            {
                x[k] -= row[k] * solved;
            }
        }
    }

    /// <summary>ln |P|.</summary>
    public static double LogDeterminant(ReadOnlySpan<double> factor, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            sum += 2 * Math.Log(factor[i * (i + 1) / 2 + i]);
        }

        return sum;
    }

    /// <summary>y := P·x of a packed lower triangle P.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> packed, ReadOnlySpan<double> x, Span<double> y)
        where T : struct, INumberBase<T>
    {
        y.Clear();
        var place = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var (sum, xi) = (0.0, x[i]);
            for (var j = 0; j < i; j++)
            {
                var value = double.CreateTruncating(packed[place++]);
                sum += value * x[j];
                y[j] += value * xi;
            }

            y[i] += sum + double.CreateTruncating(packed[place++]) * xi;
        }
    }

    /// <summary>P⁻¹, packed lower triangle, added to a target times a factor.</summary>
    public static void AddInverse(ReadOnlySpan<double> factor, int n, Span<double> target, double times)
    {
        Span<double> column = stackalloc double[n];
        for (var j = 0; j < n; j++)
        {
            column.Clear();
            column[j] = 1;
            for (var i = j; i < n; i++)
            {
                var row = factor.Slice(i * (i + 1) / 2, i + 1);
                column[i] = (column[i] - Dot(column[j..i], row[j..])) / row[i];
            }

            SolveUpper(factor, column);
            for (var i = j; i < n; i++)
            {
                target[i * (i + 1) / 2 + j] += times * column[i];
            }
        }
    }

    static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }
}
