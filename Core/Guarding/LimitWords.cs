using System.Globalization;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Guarding;

/// <summary>Limits as people say them.</summary>
public static class LimitWords
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>"push at most 1 a day", "at most 5 a week over all channels".</summary>
    /// <param name="cap">The cap.</param>
    /// <param name="ofProgram">Whether it is one of a program's own, which count what the program sent.</param>
    public static string Of(Cap cap, bool ofProgram)
    {
        ArgumentNullException.ThrowIfNull(cap);
        var what = cap.Category is { } category ? $" {category}" : "";
        var whose = ofProgram && !cap.CountsAll ? " of this program" : "";
        var most = string.Create(Invariant, $"at most {cap.Count}{what} {Per(cap)}{whose}");
        return cap.Channel is { } channel ? $"{Channel(channel)} {most}" : $"{most} over all channels";
    }

    /// <summary>"SMS at most 500 EUR a month", "at most 20 EUR a day over all channels of this program".</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="ofProgram">Whether it is one of a program's own, which pays what the program sends.</param>
    public static string Of(Budget budget, bool ofProgram)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var per = budget.Per switch { BudgetPeriod.Day => " a day", BudgetPeriod.Week => " a week", BudgetPeriod.Month => " a month", _ => " in all" };
        var most = $"at most {Money(budget.Amount, budget.Currency)}{per}";
        var whose = ofProgram ? " for this program" : "";
        return budget.Channel is { } channel ? $"{Channel(channel)} {most}{whose}" : $"{most} over all channels{whose}";
    }

    /// <summary>"0.07 EUR".</summary>
    public static string Money(decimal amount, string currency) => string.Create(Invariant, $"{amount:#,0.######} {currency}");

    /// <summary>"nothing 21:00–08:00 local, but in-app".</summary>
    public static string Of(QuietHours window)
    {
        ArgumentNullException.ThrowIfNull(window);
        var hours = window.From == window.To && window.From == TimeOnly.MinValue ? "all day" : string.Create(Invariant, $"{window.From:HH\\:mm}–{window.To:HH\\:mm} local");
        var days = window.Days.IsEmpty ? "" : $" on {string.Join(", ", window.Days.OrderBy(day => ((int)day + 6) % 7).Select(day => day.ToString()[..3]))}";
        var spared = window.ExceptChannels.IsEmpty ? "" : $", but {string.Join(" and ", window.ExceptChannels.Select(Channel))}";
        return $"nothing {hours}{days}{spared}";
    }

    /// <summary>"nothing over push from 24 Dec 2026 00:00 to 27 Dec 2026 00:00 UTC".</summary>
    public static string Of(Blackout blackout)
    {
        ArgumentNullException.ThrowIfNull(blackout);
        return string.Create(Invariant, $"nothing{(blackout.Channel is { } channel ? $" over {Channel(channel)}" : "")} from {blackout.From.ToDateTimeOffset():d MMM yyyy HH\\:mm} to {blackout.To.ToDateTimeOffset():d MMM yyyy HH\\:mm} UTC");
    }

    /// <summary>"at least 8 h apart".</summary>
    public static string Gap(TimeSpan gap) => $"at least {Hours(gap)} apart";

    /// <summary>"nothing for 24 h after a goal".</summary>
    public static string Rest(TimeSpan rest, bool ofProgram) => $"nothing for {Hours(rest)} after {(ofProgram ? "the program's" : "any program's")} goal";

    /// <summary>A channel as people call it.</summary>
    public static string Channel(string channel) => channel switch
    {
        "in_app" => "in-app",
        "email" => "e-mail",
        "sms" => "SMS",
        "whatsapp" => "WhatsApp",
        _ => channel,
    };

    static string Per(Cap cap) => cap.Per switch
    {
        CapPeriod.LocalDay => "a day",
        CapPeriod.LocalWeek => "a week",
        _ => cap.Hours % 24 == 0 && cap.Hours > 24 ? string.Create(Invariant, $"in {cap.Hours / 24} days") : string.Create(Invariant, $"in {cap.Hours} h"),
    };

    static string Hours(TimeSpan span) => string.Create(Invariant, $"{span.TotalHours:0.##} h");
}
