namespace Aampe.Agents.Core.Posteriors;

/// <summary>Finds where an increasing function crosses 0: Newton steps kept inside a shrinking bracket.</summary>
static class Root
{
    const int Steps = 200;

    public static double Increasing(Func<double, double> value, Func<double, double> slope, double start, double step)
    {
        var (low, high) = Bracket(value, start, step);
        var x = Math.Clamp(start, low, high);
        for (var i = 0; i < Steps; i++)
        {
            var v = value(x);
            if (v == 0)
            {
                return x;
            }

            if (v > 0)
            {
                high = x;
            }
            else
            {
                low = x;
            }

            var next = x - v / slope(x);
            if (!(next > low && next < high))
            {
                next = low + (high - low) / 2;
            }

            if (Math.Abs(next - x) <= 1e-15 * (1 + Math.Abs(x)) || next == low || next == high)
            {
                return next;
            }

            x = next;
        }

        return x;
    }

    static (double Low, double High) Bracket(Func<double, double> value, double start, double step)
    {
        var (low, high) = (start - step, start + step);
        for (var width = step; value(low) > 0; width *= 2)
        {
            low -= width;
        }

        for (var width = step; value(high) < 0; width *= 2)
        {
            high += width;
        }

        return (low, high);
    }
}
