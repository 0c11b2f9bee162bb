using System.Globalization;
using System.Net;
using System.Text;

namespace Aampe.Agents.Trial.Report;

/// <summary>A result as one page: each cell as an interval beside the truth and the paper's, with the numbers beneath.</summary>
public static class HtmlReport
{
    const int Width = 640, Left = 150, Row = 22;

    const string Style = """
        :root{--ink:#1c2430;--soft:#5a6675;--line:#cfd6df;--itt:#1f5fbf;--psm:#8a5a00;--paper:#6b7280;--truth:#b3261e;--ground:#fff}
        @media(prefers-color-scheme:dark){:root{--ink:#e8edf4;--soft:#a9b4c2;--line:#3a4656;--itt:#8ab4f8;--psm:#f0b95b;--paper:#a9b4c2;--truth:#ff8a80;--ground:#11161d}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:56rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:right}th:first-child,td:first-child{text-align:left}
        svg{max-width:100%;height:auto}svg text{fill:var(--ink);font-size:12px}p.source{color:var(--soft)}.scroll{overflow-x:auto}
        """;

    /// <summary>The page.</summary>
    public static string Of(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Trial: {Text(result.World)}, {result.Users:N0} users</title><style>{Style}</style></head><body><main>
            <h1>Table 1 of world “{Text(result.World)}”</h1>
            <p>Agents on top of the rules-based calendar against the calendar alone: {result.Users:N0} users, {result.Days} days, seed {result.Seed}, 99 % intervals. The truth lies inside {result.PlantedInside} of {result.PlantedOf} intervals by assignment.</p>
            """);
        foreach (var column in result.Table1)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(column.Name)}</h2><p>{column.Users:N0} treated, of whom {column.Received:N0} got a message of the agents; {column.AgainstUsers:N0} control. Sample ratio p {column.SampleRatioP:F3}, placebo {Text(column.Placebo ?? "unknown")}, trust {Text(column.Trust)}.</p>");
            var cells = result.Cells.Where(cell => cell.Feature == column.Feature).ToList();
            foreach (var cell in cells)
            {
                Plot(page, column, cell);
            }

            Numbers(page, cells);
        }

        page.Append(CultureInfo.InvariantCulture, $"<p class=\"source\">{result.Events:N0} events, {result.Decisions:N0} decisions, {result.Messages:N0} messages, {result.Effects:N0} effects, {result.DeadLetters:N0} dead letters; {result.Seconds:N0} s, {result.EventsPerSecond:N0} events a second, peak {result.PeakBytes / 1e6:N0} MB.</p></main></body></html>\n");
        return page.ToString();
    }

    static void Plot(StringBuilder page, TrialColumn column, TrialCell cell)
    {
        List<(string Name, double Low, double High, double? At, string Colour)> bars = [];
        if (cell.Estimate is { } itt)
        {
            bars.Add(("by assignment", itt.Low, itt.High, itt.Value, "itt"));
        }

        if (cell.Paired is { } psm)
        {
            bars.Add(("pairs", psm.Low, psm.High, psm.Value, "psm"));
        }

        if (cell is { PaperLow: { } paperLow, PaperHigh: { } paperHigh })
        {
            bars.Add(("the paper", paperLow, paperHigh, null, "paper"));
        }

        if (bars.Count == 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{ResultText.Name(cell.Metric)}: {Text(cell.Why ?? "undefined")}.</p>");
            return;
        }

        var (low, high) = (Math.Min(0, bars.Min(bar => bar.Low)), Math.Max(0, bars.Max(bar => bar.High)));
        (low, high) = (Math.Min(low, cell.Planted ?? 0), Math.Max(high, cell.Planted ?? 0));
        var room = Math.Max(1e-9, high - low);
        double X(double value) => Left + ((value - low) / room * (Width - Left - 20));
        var height = (bars.Count * Row) + 24;
        var id = $"{cell.Feature}-{cell.Metric}";
        page.Append(CultureInfo.InvariantCulture, $"<h3>{ResultText.Name(cell.Metric)}</h3><svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">{Text(column.Name)}, {ResultText.Name(cell.Metric)}: {string.Join("; ", bars.Select(bar => $"{bar.Name} {ResultText.Percent(bar.Low)} to {ResultText.Percent(bar.High)}"))}; truth {ResultText.Percent(cell.Planted)}</title>");
        page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(0):F1}\" x2=\"{X(0):F1}\" y1=\"0\" y2=\"{height - 20}\" stroke=\"var(--line)\"/><text x=\"{X(0):F1}\" y=\"{height - 4}\" text-anchor=\"middle\">0</text>");
        for (var i = 0; i < bars.Count; i++)
        {
            var (y, bar) = ((i * Row) + 12, bars[i]);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 4}\">{bar.Name}</text><line x1=\"{X(bar.Low):F1}\" x2=\"{X(bar.High):F1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"var(--{bar.Colour})\" stroke-width=\"3\"/>");
            if (bar.At is { } at)
            {
                page.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(at):F1}\" cy=\"{y}\" r=\"4\" fill=\"var(--{bar.Colour})\"/>");
            }
        }

        if (cell.Planted is { } truth)
        {
            page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(truth):F1}\" x2=\"{X(truth):F1}\" y1=\"0\" y2=\"{height - 20}\" stroke=\"var(--truth)\" stroke-dasharray=\"3 2\"/>");
        }

        page.Append("</svg>");
    }

    static void Numbers(StringBuilder page, List<TrialCell> cells)
    {
        page.Append("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">By assignment</th><th scope=\"col\">p (Holm)</th><th scope=\"col\">Truth</th><th scope=\"col\">Pairs</th><th scope=\"col\">Truth of those</th><th scope=\"col\">The paper</th></tr></thead><tbody>");
        foreach (var cell in cells)
        {
            var paper = cell.PaperLow is { } low ? $"[{ResultText.Percent(low)}, {ResultText.Percent(cell.PaperHigh)}]" : "n/a";
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{ResultText.Name(cell.Metric)}</td><td>{(cell.Estimate is null ? Text(cell.Why ?? "undefined") : ResultText.Text(cell.Estimate))}</td><td>{(cell.AdjustedP is { } p ? p.ToString("G3", CultureInfo.InvariantCulture) : "–")}</td><td>{ResultText.Percent(cell.Planted)}</td><td>{ResultText.Text(cell.Paired)}</td><td>{ResultText.Percent(cell.PlantedReceived)}</td><td>{paper}</td></tr>");
        }

        page.Append("</tbody></table></div><p class=\"source\">Dashed: the truth among all treated users, the same users with and without the agents' messages.</p>");
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
