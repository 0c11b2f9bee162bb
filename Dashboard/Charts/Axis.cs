namespace Aampe.Agents.Dashboard.Charts;

/// <summary>A linear axis: values to per cent of the picture's width, with ticks at 1-2-5 steps.</summary>
public sealed record Axis
{
    const double Margin = 2;

    Axis(double low, double high, double step) => (Low, High, Step) = (low, high, step);

    /// <summary>Left end.</summary>
    public double Low { get; }

    /// <summary>Right end.</summary>
    public double High { get; }

    /// <summary>Distance of two ticks: 1, 2 or 5 times a power of ten.</summary>
    public double Step { get; }

    /// <summary>Decimals that a tick needs.</summary>
    public int Decimals => Math.Clamp(-(int)Math.Floor(Math.Log10(Step) + 1e-9), 0, 8);

    /// <summary>Ticks from left to right.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            for (var i = (long)Math.Ceiling(Low / Step - 1e-9); i <= (long)Math.Floor(High / Step + 1e-9); i++)
            {
                yield return i * Step;
            }
        }
    }

    /// <summary>An axis that holds all values and ends at ticks.</summary>
    /// <param name="values">Finite values; none = 0 to 1.</param>
    /// <param name="ticks">About how many ticks.</param>
    public static Axis Around(IEnumerable<double> values, int ticks = 5)
    {
        var all = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (all.Min(), all.Max());
        var step = NiceStep(high > low ? high - low : Math.Max(Math.Abs(high), 1), ticks);
        var (from, to) = (Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step);
        return new Axis(from, to > from ? to : from + step, step);
    }

    /// <summary>An axis over exactly this range, ticks inside it.</summary>
    public static Axis Over(double low, double high, int ticks = 5) => new(low, high, NiceStep(high - low, ticks));

    /// <summary>Place of a value in per cent of the width, with a margin at both ends; values beyond an end stay at it.</summary>
    public double Place(double value) => Margin + (100 - 2 * Margin) * Math.Clamp((value - Low) / (High - Low), 0, 1);

    static double NiceStep(double range, int ticks)
    {
        var raw = range / ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 } * power;
    }
}
