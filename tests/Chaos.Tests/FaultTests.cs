namespace Aampe.Agents.Chaos.Tests;

/// <summary>Faults of real processes (docs/chaos.md). Each run has a PostgreSQL and silos of its own and closes the books over everything that was acknowledged.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("postgres")]
    [InlineData("kafka")]
    [Trait("proves", "R1")]
    [Trait("proves", "R2")]
    [Trait("proves", "R4")]
    public Task Silos_are_killed_twice_and_the_books_balance(string log) => BalancesAsync(new ChaosOptions("F1") { Events = 5_000, Kills = 2, Log = log });

    // All of them start at once and disagree for a moment about who owns what: ten events were lost by that once.
    [Fact]
    [Trait("proves", "R1")]
    [Trait("proves", "R11")]
    public Task All_silos_are_away_and_the_books_balance() => BalancesAsync(new ChaosOptions("F14") { Events = 5_000, Kills = 1 });

    [Fact]
    [Trait("proves", "R2")]
    public Task Every_batch_comes_twice_and_counts_once() => BalancesAsync(new ChaosOptions("F9") { Events = 5_000 });

    [Theory]
    [InlineData("Ledger")]
    [InlineData("Row")]
    [Trait("layer", "long")]
    [Trait("proves", "R1")]
    [Trait("proves", "R2")]
    [Trait("proves", "R4")]
    public Task Silos_are_killed_under_twenty_thousand_events_and_the_books_balance(string commit) => BalancesAsync(new ChaosOptions("F1") { Events = 20_000, Kills = 3, Commit = commit });

    [Fact]
    [Trait("layer", "long")]
    [Trait("proves", "R1")]
    [Trait("proves", "R2")]
    public Task PostgreSQL_is_killed_and_no_answer_was_false() => BalancesAsync(new ChaosOptions("F2") { Events = 5_000, Kills = 2 });

    [Fact]
    [Trait("layer", "long")]
    [Trait("proves", "R18")]
    public Task Silos_are_stopped_one_after_the_other_and_no_request_fails() => BalancesAsync(new ChaosOptions("F19") { Events = 5_000, Kills = 2 });

    [Theory]
    [InlineData("F3")]
    [InlineData("F4")]
    [InlineData("F10")]
    [InlineData("F14")]
    [InlineData("F16")]
    [InlineData("F17")]
    [InlineData("F18")]
    [InlineData("F22")]
    [Trait("layer", "drill")]
    [Trait("proves", "R2")]
    [Trait("proves", "R11")]
    [Trait("proves", "R12")]
    public Task The_books_balance_after(string fault) => BalancesAsync(new ChaosOptions(fault) { Events = 10_000, Kills = 4 });

    // These make a disk or networks of their own, which only root may.
    [Theory]
    [InlineData("F5")]
    [InlineData("F6")]
    [InlineData("F23")]
    [Trait("layer", "drill")]
    [Trait("proves", "R1")]
    [Trait("proves", "R4")]
    [Trait("proves", "R20")]
    public Task The_books_balance_for_root_after(string fault) => BalancesAsync(new ChaosOptions(fault) { Events = 5_000, Kills = 2 });

    static async Task BalancesAsync(ChaosOptions options)
    {
        var report = await Runner.RunAsync(options);
        Assert.True(report.Findings.Count == 0, report.ToJson());
        Assert.Equal(options.Events, report.Acknowledged);
        Assert.True(report.Deliveries > 0 && report.Asked > 0, "Nothing was delivered or asked for: the run proves nothing.");
    }
}
