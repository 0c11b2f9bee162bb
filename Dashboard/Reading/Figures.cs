using System.Globalization;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Numbers and times as people read them: the same in every locale, estimates rounded to what their interval can carry.</summary>
public static class Figures
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>12,340.</summary>
    public static string Count(long n) => n.ToString("#,0", Invariant).Replace('-', '−');

    /// <summary>A number of things in words: "1 agent", "12,340 agents".</summary>
    public static string Counted(long n, string one, string many) => $"{Count(n)} {(n == 1 ? one : many)}";

    /// <summary>For attributes: shortest decimal, a plain minus, a point.</summary>
    public static string Attribute(double value) => value.ToString("0.##########", Invariant);

    /// <summary>A value with its sign: +0.041, −0.2, 0.</summary>
    public static string WithSign(double value, int decimals)
    {
        var text = Math.Abs(value).ToString("F" + decimals.ToString(Invariant), Invariant);
        return text.All(c => c is '0' or '.') ? text : (value < 0 ? "−" : "+") + text;
    }

    /// <summary>An estimate with its interval: "+0.041 [+0.012, +0.070]".</summary>
    public static string Estimate(double value, double low, double high)
    {
        var decimals = Decimals(high - low);
        return $"{WithSign(value, decimals)} {Interval(low, high)}";
    }

    /// <summary>An interval alone: "[+0.012, +0.070]".</summary>
    public static string Interval(double low, double high)
    {
        var decimals = Decimals(high - low);
        return $"[{WithSign(low, decimals)}, {WithSign(high, decimals)}]";
    }

    /// <summary>A level, not a difference, with its interval: "41.2 % [38.0, 44.1]".</summary>
    public static string Between(double value, double low, double high, string unit = "")
    {
        var decimals = "F" + Decimals(high - low).ToString(Invariant);
        string Text(double v) => v.ToString(decimals, Invariant).Replace('-', '−');
        return $"{Text(value)}{unit} [{Text(low)}, {Text(high)}]";
    }

    /// <summary>Up to <paramref name="digits"/> significant digits: 0.0417, 12.4, 1,204.</summary>
    public static string Plain(double value, int digits = 3)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value == 0 ? "0" : "unknown";
        }

        var decimals = Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 8);
        var text = Math.Abs(value).ToString("#,0." + new string('#', decimals), Invariant);
        return value < 0 ? "−" + text : text;
    }

    /// <summary>A share in percent: "4.2 %".</summary>
    public static string Percent(double share) => Plain(share * 100) + " %";

    /// <summary>95 %, 99 %, 99.9 %.</summary>
    public static string Level(double level) => (level * 100).ToString("0.##", Invariant) + " %";

    /// <summary>A rate per second: "12.4/s".</summary>
    public static string Rate(double perSecond) => Plain(perSecond) + "/s";

    /// <summary>24 Nov 2026 09:00:02 UTC.</summary>
    public static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("d MMM yyyy HH:mm:ss", Invariant) + " UTC";

    /// <summary>24 Nov 09:00:02.</summary>
    public static string Brief(DateTimeOffset at) => at.ToUniversalTime().ToString("d MMM HH:mm:ss", Invariant);

    /// <summary>09:00:02.</summary>
    public static string Clock(DateTimeOffset at) => at.ToUniversalTime().ToString("HH:mm:ss", Invariant);

    /// <summary>A span as people say it: "3 d 4 h", "12 min", "8 s".</summary>
    public static string Span(TimeSpan span)
    {
        var s = span.Duration();
        return s.TotalDays >= 1 ? Two(s.Days, "d", s.Hours, "h") : s.TotalHours >= 1 ? Two(s.Hours, "h", s.Minutes, "min") : s.TotalMinutes >= 1 ? $"{s.Minutes} min" : $"{s.Seconds} s";
    }

    static string Two(int big, string unit, int small, string part) => small == 0 ? $"{big} {unit}" : $"{big} {unit} {small} {part}";

    // Two significant digits of the half-width: more would be noise, fewer would hide it.
    static int Decimals(double width) => width > 0 && double.IsFinite(width) ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(width / 2)), 0, 6) : 3;
}
