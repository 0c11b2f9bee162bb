namespace Aampe.Agents.Trial.Report;

/// <summary>
/// Table 1 of "Agentic Personalisation of Cross-Channel Marketing Experiences": 99 % intervals, propensity-score matched, 6.4 million users, three weeks.
/// Intent and conversion in percentage points of the users, GMV relative.
/// </summary>
public static class PaperTable
{
    static readonly Dictionary<(int Feature, string Metric), (double Low, double High)> cells = new()
    {
        [(0, "intent")] = (0.0070, 0.0083),
        [(1, "intent")] = (0.0176, 0.0192),
        [(2, "intent")] = (0.0130, 0.0144),
        [(3, "intent")] = (0.0237, 0.0245),
        [(0, "conversion")] = (0.0042, 0.0048),
        [(1, "conversion")] = (0.0030, 0.0036),
        [(2, "conversion")] = (0.0007, 0.0013),
        [(3, "conversion")] = (0.0021, 0.0025),
        [(0, "gmv")] = (0.1412, 0.2262),
        [(1, "gmv")] = (0.2535, 0.4339),
        [(2, "gmv")] = (-0.0031, 0.2255),
    };

    /// <summary>The paper's interval of a column and row; null = not applicable.</summary>
    public static (double Low, double High)? Of(int feature, string metric) => cells.TryGetValue((feature, metric), out var found) ? found : null;
}
