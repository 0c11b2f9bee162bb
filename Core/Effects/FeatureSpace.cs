namespace Aampe.Agents.Core.Effects;

/// <summary>Nearest rows of a table of features, each feature divided by its standard deviation over the table (docs/method.md §5, neighbours).</summary>
public static class FeatureSpace
{
    /// <summary>Standard deviation of each column, divisor n − 1; exactly 0 for a column whose values are all equal, or for a single row.</summary>
    /// <param name="rows">Row after row.</param>
    /// <param name="width">Number of columns; ≥ 1.</param>
    public static double[] StandardDeviations(ReadOnlySpan<double> rows, int width)
    {
        var deviations = new double[width];
        var count = rows.Length / width;
        for (var column = 0; column < width; column++)
        {
            deviations[column] = IsConstant(rows, column, width) ? 0 : Math.Sqrt(SquaredDeviations(rows, column, width) / (count - 1));
        }

        return deviations;
    }

    /// <summary>The k nearest rows by Euclidean distance, nearest first. Constant columns are left out.</summary>
    /// <param name="target">The point to be near to; its length is the width of the table.</param>
    /// <param name="rows">Row after row.</param>
    /// <param name="ties">One number a row: of equally near rows the smaller comes first.</param>
    /// <param name="allowed">Which rows may be chosen; empty for all. The deviations are always those of all rows.</param>
    /// <param name="k">How many; ≥ 1.</param>
    /// <param name="skip">How many leading columns are left out.</param>
    public static Neighbour[] Nearest(ReadOnlySpan<double> target, ReadOnlySpan<double> rows, ReadOnlySpan<ulong> ties, ReadOnlySpan<bool> allowed, int k, int skip)
    {
        var width = target.Length;
        var scales = StandardDeviations(rows, width);
        for (var column = 0; column < width; column++)
        {
            scales[column] = column < skip || scales[column] == 0 ? 0 : 1 / scales[column];
        }

        // A sorted list of the k best so far: after the first k rows nearly every row fails the one comparison with its end.
        var best = new Neighbour[Math.Min(k, ties.Length)];
        var found = 0;
        for (var row = 0; row < ties.Length; row++)
        {
            if (!allowed.IsEmpty && !allowed[row])
            {
                continue;
            }

            var candidate = new Neighbour(row, Squared(target, rows.Slice(row * width, width), scales));
            if (found == best.Length && !IsNearer(candidate, best[^1], ties))
            {
                continue;
            }

            var at = found < best.Length ? found++ : found - 1;
            for (; at > 0 && IsNearer(candidate, best[at - 1], ties); at--)
            {
                best[at] = best[at - 1];
            }

            best[at] = candidate;
        }

        for (var i = 0; i < found; i++)
        {
            best[i] = best[i] with { Distance = Math.Sqrt(best[i].Distance) };
        }

        return best[..found];
    }

    static bool IsNearer(Neighbour a, Neighbour b, ReadOnlySpan<ulong> ties) =>
        a.Distance < b.Distance || (a.Distance == b.Distance && ties[a.Index] < ties[b.Index]);

    static double Squared(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> scales)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (a[i] - b[i]) * scales[i];
            sum += difference * difference;
        }

        return sum;
    }

    static bool IsConstant(ReadOnlySpan<double> rows, int column, int width)
    {
        for (var i = column + width; i < rows.Length; i += width)
        {
            if (rows[i] != rows[column])
            {
                return false;
            }
        }

        return true;
    }

    static double SquaredDeviations(ReadOnlySpan<double> rows, int column, int width)
    {
        double sum = 0, squares = 0;
        for (var i = column; i < rows.Length; i += width)
        {
            sum += rows[i];
        }

        var mean = sum / (rows.Length / width);
        for (var i = column; i < rows.Length; i += width)
        {
            squares += (rows[i] - mean) * (rows[i] - mean);
        }

        return squares;
    }
}
