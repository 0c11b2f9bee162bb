using System.Globalization;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Words of the evidence pages.</summary>
public static class Wording
{
    /// <summary>Lifecycles in the order of a user's life.</summary>
    public static IReadOnlyDictionary<string, string> Lifecycles { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["new"] = "seen < 7 days",
        ["active"] = "active within 7 days",
        ["lapsing"] = "silent 7 to 28 days",
        ["lapsed"] = "silent > 28 days",
    };

    /// <summary>Users of a lifecycle.</summary>
    public static string Users(string lifecycle) => Lifecycles.TryGetValue(lifecycle, out var words) ? "users " + words : "all users";

    /// <summary>0.97, 0.999; never 1.</summary>
    public static string Probability(double p) => Math.Min(p, 0.999).ToString(p > 0.99 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>p = 0.43; p &lt; 0.001.</summary>
    public static string PValue(double p) => p < 0.001 ? "p < 0.001" : "p = " + p.ToString(p < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>A difference of shares in percentage points: "+0.41 pp [+0.36, +0.47]".</summary>
    public static string Points(double value, double low, double high)
    {
        var text = Figures.Estimate(100 * value, 100 * low, 100 * high);
        return text.Replace(" [", " pp [", StringComparison.Ordinal);
    }

    /// <summary>A relative change: "+4.1 % [+1.2, +7.0]".</summary>
    public static string Change(double value, double low, double high) => Figures.Estimate(100 * value, 100 * low, 100 * high).Replace(" [", " % [", StringComparison.Ordinal);
}
