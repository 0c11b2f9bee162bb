using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Budgets;

/// <summary>Periods of budgets on the calendar of the workspace's zone.</summary>
public sealed class BudgetSpanTests
{
    static Instant At(string text) => Instant.From(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(BudgetPeriod.Day, "2026-11-24T22:59:59Z", "2026-11-24", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2026-11-24T23:00:00Z", "2026-11-25", "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2026-11-29T22:00:00Z", "2026-W48", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z")]
    // The last days of December may be of the next year's first week.
    [InlineData(BudgetPeriod.Week, "2024-12-31T12:00:00Z", "2025-W01", "2024-12-29T23:00:00Z", "2025-01-05T23:00:00Z")]
    [InlineData(BudgetPeriod.Month, "2026-10-31T23:30:00Z", "2026-11", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z")]
    // The clock is set forward on 29 March and back on 25 October: the month has an hour less or more.
    [InlineData(BudgetPeriod.Month, "2026-03-15T12:00:00Z", "2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2026-03-29T12:00:00Z", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2026-10-25T12:00:00Z", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    public void A_period_is_that_of_the_workspaces_calendar(BudgetPeriod per, string at, string name, string from, string to) =>
        Assert.Equal(new BudgetSpan(name, At(from), At(to)), BudgetSpan.Of(per, At(at), "Europe/Berlin"));

    [Fact]
    public void All_time_has_no_end() => Assert.Equal(new BudgetSpan("total", Instant.Earliest, null), BudgetSpan.Of(BudgetPeriod.Total, At("2026-11-24T09:00:00Z"), "UTC"));

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Africa/Cairo")]
    public void Every_moment_lies_in_one_period_and_periods_follow_one_another_under_rising_names(string zone)
    {
        var random = new SeededRandom("budget spans " + zone);
        foreach (var per in new[] { BudgetPeriod.Day, BudgetPeriod.Week, BudgetPeriod.Month })
        {
            for (var i = 0; i < 300; i++)
            {
                var at = new Instant(At("2015-01-01T00:00:00Z").UnixMilliseconds + ((long)random.Next(15 * 365 * 24 * 4) * 900_000));
                var span = BudgetSpan.Of(per, at, zone);
                Assert.True(span.From <= at && at < span.To, $"{per} {at} {span}");
                Assert.Equal(span, BudgetSpan.Of(per, span.From, zone));
                Assert.Equal(span, BudgetSpan.Of(per, span.To!.Value - TimeSpan.FromMilliseconds(1), zone));
                var next = BudgetSpan.Of(per, span.To.Value, zone);
                Assert.Equal(span.To, next.From);
                Assert.True(string.CompareOrdinal(span.Name, next.Name) < 0, $"{span.Name} then {next.Name}");
            }
        }
    }
}
