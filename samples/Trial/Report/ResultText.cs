using System.Globalization;
using System.Text;

namespace Aampe.Agents.Trial.Report;

/// <summary>A result for people at a terminal.</summary>
public static class ResultText
{
    /// <summary>The table, the paper's and the truth.</summary>
    public static string Of(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Table 1 of world '{result.World}': agents on top of the rules-based calendar against the calendar alone, {result.Users:N0} users, {result.Days} days, seed {result.Seed}. 99 % intervals.");
        foreach (var column in result.Table1)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{column.Name} ({column.Feature})   trust {column.Trust}, {column.Users:N0} treated ({column.Received:N0} got a message), {column.AgainstUsers:N0} control, sample ratio p {column.SampleRatioP:F3}, placebo {column.Placebo}");
            text.AppendLine("  metric       by assignment (ITT)                          truth     inside   pairs by propensity                          truth of those   the paper");
            foreach (var cell in result.Cells.Where(cell => cell.Feature == column.Feature))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {Name(cell.Metric),-12} {(cell.Estimate is null ? cell.Why : Text(cell.Estimate)),-42} {Percent(cell.Planted),9}   {(cell.Inside is { } inside ? inside ? "yes" : "NO" : "–"),-6}   {Text(cell.Paired),-42} {Percent(cell.PlantedReceived),9}        {(cell.PaperLow is { } low ? $"[{Percent(low)}, {Percent(cell.PaperHigh)}]" : "n/a")}");
            }
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Truth inside the interval: {result.PlantedInside} of {result.PlantedOf} cells.");
        text.Append(CultureInfo.InvariantCulture,
            $"{result.Events:N0} events, {result.Decisions:N0} decisions, {result.Messages:N0} messages, {result.Effects:N0} effects, {result.DeadLetters:N0} dead letters in {TimeSpan.FromSeconds(result.Seconds):hh\\:mm\\:ss}: {result.EventsPerSecond:N0} events/s; peak {result.PeakBytes / 1e6:N0} MB (silo {result.SiloPeakBytes / 1e6:N0}), {result.StoredBytesPerAgent:N0} bytes on disk an agent.");
        return text.ToString();
    }

    /// <summary>A metric's name.</summary>
    public static string Name(string metric) => metric switch { "intent" => "Intent", "conversion" => "Conversion", _ => "GMV" };

    /// <summary>An estimate with its interval.</summary>
    public static string Text(Span? span) => span is null ? "–" : $"{Percent(span.Value)} [{Percent(span.Low)}, {Percent(span.High)}]";

    /// <summary>A share in percent, with its sign.</summary>
    public static string Percent(double? share) => share is { } value ? (100 * value).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) + "%" : "–";
}
