using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.Trial.Coverage;

/// <summary>Coverage for people and for scripts.</summary>
public static class CoverageText
{
    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web);

    /// <summary>A table.</summary>
    public static string Of(IReadOnlyList<CoverageCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var text = new StringBuilder().AppendLine("feature      metric       method  truth of    trials  inside   coverage [99 %]            estimate − truth");
        foreach (var cell in cells)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{cell.Feature,-12} {cell.Metric,-12} {cell.Method,-7} {cell.Truth,-10} {cell.Replications,7} {cell.Inside,7}   {cell.Share:F4} [{cell.Low:F4}, {cell.High:F4}]   {cell.Bias:+0.00000;-0.00000} ± {2.5758 * cell.BiasError:F5}");
        }

        var headline = Headline(cells);
        return text.Append(CultureInfo.InvariantCulture, $"By assignment, all cells: {headline.Inside} of {headline.Of} intervals held the truth, {headline.Share:F4}.").ToString();
    }

    /// <summary>One line of JSON.</summary>
    public static string ToJson(string world, int users, int days, long seed, int replications, IReadOnlyList<CoverageCell> cells)
    {
        var headline = Headline(cells);
        return JsonSerializer.Serialize(new { world, users, days, seed, replications, inside = headline.Inside, of = headline.Of, coverage = headline.Share, cells }, options);
    }

    static (int Inside, int Of, double Share) Headline(IReadOnlyList<CoverageCell> cells)
    {
        var assigned = cells.Where(cell => cell.Method == "itt").ToList();
        var (inside, of) = (assigned.Sum(cell => cell.Inside), assigned.Sum(cell => cell.Replications));
        return (inside, of, of == 0 ? 0 : (double)inside / of);
    }
}
