using System.Globalization;

namespace Aampe.Agents.Trial.Play;

/// <summary>How far a trial is.</summary>
/// <param name="Share">Of its steps, 0 to 1.</param>
/// <param name="Day">Simulated days lived.</param>
/// <param name="Days">Of how many.</param>
/// <param name="Users">Agents.</param>
/// <param name="Events">Events told.</param>
/// <param name="Handed">Messages handed over.</param>
/// <param name="Elapsed">Time since this run began.</param>
/// <param name="Memory">Largest resident memory of the silo so far, bytes.</param>
public sealed record TrialProgress(double Share, double Day, int Days, int Users, long Events, long Handed, TimeSpan Elapsed, long Memory)
{
    /// <summary>What is being done after the last day.</summary>
    public string Doing { get; init; } = "";

    /// <summary>A line for people.</summary>
    public string ToText()
    {
        if (Doing.Length > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"[{Elapsed:hh\\:mm\\:ss}] {Doing}");
        }

        var left = Share is > 0.02 and < 1 ? TimeSpan.FromSeconds(Elapsed.TotalSeconds * (1 - Share) / Share) : (TimeSpan?)null;
        return string.Create(CultureInfo.InvariantCulture,
            $"[{Elapsed:hh\\:mm\\:ss}] day {Day,5:F2} of {Days}  {Users:N0} agents  {Events:N0} events ({Events / Math.Max(1, Elapsed.TotalSeconds):N0}/s)  {Handed:N0} messages  silo {Memory / 1e6:N0} MB{(left is { } some ? $"  about {some:hh\\:mm\\:ss} left" : "")}");
    }
}
