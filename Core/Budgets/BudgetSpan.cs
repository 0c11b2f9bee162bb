using System.Globalization;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Budgets;

/// <summary>One period of a budget: a calendar day, week or month of a zone, or all time.</summary>
/// <param name="Name">2026-11-24, 2026-W48, 2026-11 or total: the calendar's name and no instant, so that a change of the zone does not open a second one. Later periods of one kind sort later.</param>
/// <param name="From">First moment; <see cref="Instant.Earliest"/> for all time.</param>
/// <param name="To">First moment after it; null for all time.</param>
public readonly record struct BudgetSpan(string Name, Instant From, Instant? To)
{
    /// <summary>The period around a moment. Days have 23 or 25 hours where the clock changes.</summary>
    /// <param name="per">Kind of period.</param>
    /// <param name="at">The moment.</param>
    /// <param name="zoneId">IANA zone of the workspace.</param>
    /// <exception cref="TimeZoneNotFoundException">No such zone.</exception>
    public static BudgetSpan Of(BudgetPeriod per, Instant at, string zoneId)
    {
        var zone = LocalTime.Zone(zoneId);
        var today = DateOnly.FromDateTime(LocalTime.Of(at, zone));
        switch (per)
        {
            case BudgetPeriod.Day:
                return Between(today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), today, today.AddDays(1));
            case BudgetPeriod.Week:
                var monday = LocalTime.Monday(today);
                var day = monday.ToDateTime(TimeOnly.MinValue);
                return Between(string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day):0000}-W{ISOWeek.GetWeekOfYear(day):00}"), monday, monday.AddDays(7));
            case BudgetPeriod.Month:
                var first = new DateOnly(today.Year, today.Month, 1);
                return Between(first.ToString("yyyy-MM", CultureInfo.InvariantCulture), first, first.AddMonths(1));
            default:
                return new BudgetSpan("total", Instant.Earliest, null);
        }

        BudgetSpan Between(string name, DateOnly from, DateOnly to) => new(name, LocalTime.StartOf(from, zone), LocalTime.StartOf(to, zone));
    }
}
