using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Core.Tests.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Simulation;

public sealed class PastSimulationTests
{
    // Noon, so that a part of the newest day is left out.
    static readonly Instant now = Instant.From(new DateTimeOffset(2026, 3, 18, 12, 0, 0, TimeSpan.Zero));
    static readonly SimulationPlan plan = new(50, 7, 3, SimulatedWorld.Past);
    static readonly ProgramDefinition push = SomeProgram.Of().AlwaysSends().OnlyOver("push");

    static AgentState Person(int number, params (string Name, double DaysAgo)[] did)
    {
        var born = AgentStep.Create("default", $"u:real-{number}", "secret") with { FirstSeen = now - TimeSpan.FromDays(200) };
        return born with
        {
            Addresses = number % 2 == 0 ? born.Addresses.Add("push", "token-" + number) : born.Addresses,
            History = AgentHistory.Empty.With([.. did.OrderByDescending(one => one.DaysAgo).Select((one, i) => new UserEvent((ulong)(i + 1), one.Name, now - TimeSpan.FromDays(one.DaysAgo), null))], now),
        };
    }

    static SimulationResult Run(ProgramDefinition program, IEnumerable<AgentState> people) =>
        ProgramSimulation.Run(program, new WorkspaceSettings(), plan, (_, _) => { }, default, new PastLives([.. people], now));

    static IEnumerable<AgentState> Many(int count) => Enumerable.Range(0, count).Select(i => Person(i, ("App Opened", 3.2), ("App Opened", 1.1)));

    [Fact]
    public void Those_who_are_somebody_else_by_now_or_opted_out_are_not_lived_through()
    {
        var result = Run(push, [Person(100) with { MergedInto = "u:real-0" }, Person(102) with { WithdrawnAt = now }, .. Many(20)]);

        Assert.Equal((20, 7, "past", false), (result.Users, result.Days, result.World, result.Partial));
        Assert.Equal(result.Hash, Run(push, Many(20)).Hash);
        Assert.Equal(50, Run(push, Many(70)).Users);
    }

    [Fact]
    public void Only_who_can_be_reached_and_has_not_refused_is_sent_to()
    {
        var result = Run(push, Many(20));
        Assert.True(result.Sends > 0);
        Assert.Equal(0, result.SendsPerUserWeek.Where(load => load.Sends > 0).Sum(load => load.UserWeeks) - 10);
        Assert.Contains(result.HoldsByReason, hold => hold is { Name: "not_reachable", Count: > 0 });

        var refused = Many(20).Select(one => one with { Consents = [new ConsentEntry("push", "marketing", "denied", now - TimeSpan.FromHours(1), "preference center", "")] });
        var none = Run(push, refused);
        Assert.Equal(0, none.Sends);
        Assert.Contains(none.HoldsByReason, hold => hold is { Name: "no_consent", Count: > 0 });
    }

    /// <summary>The span is the seven whole days before midnight: 0.5 to 7.5 days before noon.</summary>
    [Theory]
    [InlineData(7.4, true)]
    [InlineData(3, true)]
    [InlineData(0.6, true)]
    [InlineData(7.6, false)]
    [InlineData(0.4, false)]
    public void A_program_answers_what_users_did_in_the_span_and_nothing_else(double daysAgo, bool answered)
    {
        var cards = SomeProgram.Of().AlwaysSends().OnlyOver("in_app") with { Trigger = "cart_abandoned" };
        var result = Run(cards, Enumerable.Range(0, 10).Select(i => Person(i, ("App Opened", 8), ("cart_abandoned", daysAgo))));

        Assert.Equal(answered ? 10 : 0, result.Decisions);
    }

    [Fact]
    public void The_past_is_as_long_as_agents_remember() =>
        Assert.Equal("days must be 7 to 14 in the past that agents remember; it is 15.", (plan with { Days = 15 }).Fault?.Detail);
}
