using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Core.Tests.Agents;

namespace Aampe.Agents.Core.Tests.Simulation;

public sealed class ProgramSimulationTests
{
    static readonly SimulationPlan Plan = new(60, 14, 7, SimulatedWorld.Usual);

    static readonly Guardrails OncePerWeek = new() { Id = "own", Caps = [new Cap("own_week", null, 1, CapPeriod.LocalWeek, 0)] };

    static SimulationResult Run(ProgramDefinition program, SimulationPlan? plan = null, CancellationToken stop = default) =>
        ProgramSimulation.Run(program, new WorkspaceSettings(), plan ?? Plan, (_, _) => { }, stop);

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        var first = Run(SomeProgram.Of());

        Assert.Equal(Encoding.UTF8.GetString(first.Pack()), Encoding.UTF8.GetString(Run(SomeProgram.Of()).Pack()));
        Assert.NotEqual(first.Hash, Run(SomeProgram.Of(), Plan with { Seed = 8 }).Hash);
        Assert.Equal(first.Hash, SimulationResult.Unpack(first.Pack()).Hash);
        Assert.True(first.Sends > 60, $"{first.Sends} sends");
        Assert.Equal(first.Decisions, first.Sends + first.Holds);
        Assert.Equal(2, first.SendsByDay.Select(day => day.Channel).Distinct().Count());
    }

    [Theory]
    [InlineData(PosteriorKind.Beta)]
    [InlineData(PosteriorKind.Joint)]
    public void Guardrails_hold_for_every_user_and_period(PosteriorKind posterior)
    {
        var program = SomeProgram.Of().AlwaysSends();
        var result = Run(program with { Learning = program.Learning with { Posterior = posterior } });

        Assert.All(result.Caps, cap => Assert.True(cap.Largest <= cap.Limit, $"{cap.Id}: {cap.Largest} of {cap.Limit}"));
        Assert.Contains(result.Caps, cap => cap is { Id: "grd_push_day", Largest: 1 });
        Assert.Equal(60 * 2, result.SendsPerUserWeek.Sum(load => load.UserWeeks));
        Assert.Equal(result.Sends, result.SendsPerUserWeek.Sum(load => load.Sends * load.UserWeeks));
        Assert.Equal(result.Sends, result.SendsByDay.Sum(day => day.Sends));
    }

    [Fact]
    public void A_program_over_its_caps_does_not_pass_the_gate()
    {
        // Daily contacts that must speak, and one message a week: six of seven are stopped.
        var over = SomeProgram.Of().AlwaysSends() with { Guardrails = OncePerWeek };
        var result = Run(over);

        var check = LaunchChecks.Of(over, result, 500).Single(one => one.Id == "caps");
        Assert.False(check.Passed, check.Detail);
        Assert.Contains("at most 50 %", check.Detail, StringComparison.Ordinal);
        Assert.False(LaunchChecks.Pass(LaunchChecks.Of(over, result, 500)));

        var calm = over with { EveryDays = 7 };
        Assert.True(LaunchChecks.Of(calm, Run(calm), 500).Single(one => one.Id == "caps").Passed);
    }

    [Fact]
    public void A_program_that_only_answers_backends_is_asked_once_a_day()
    {
        var result = Run(SomeProgram.Of().AlwaysSends() with { Scheduled = false });

        Assert.InRange(result.Decisions, 60 * 12, 60 * 15 + 200);
        Assert.True(result.Sends > 0);
    }

    [Fact]
    public void A_cancelled_run_keeps_what_it_had_and_says_so()
    {
        using var stop = new CancellationTokenSource();
        var result = ProgramSimulation.Run(SomeProgram.Of(), new WorkspaceSettings(), Plan, (done, _) =>
        {
            if (done == ProgramSimulation.DaysBefore + 3)
            {
                stop.Cancel();
            }
        }, stop.Token);

        Assert.Equal((true, 3), (result.Partial, result.Days));
        Assert.False(LaunchChecks.Of(SomeProgram.Of(), result, 500).Single(one => one.Id == "simulation").Passed);
    }

    [Theory]
    [InlineData(49, 14, "users must be 50 to 2000; it is 49.")]
    [InlineData(2_001, 14, "users must be 50 to 2000; it is 2001.")]
    [InlineData(100, 6, "days must be 7 to 42; it is 6.")]
    [InlineData(2_000, 42, "users times days must be at most 30000; they are 2000 times 42.")]
    public void A_plan_out_of_bounds_is_refused_by_field_value_and_limit(int users, int days, string detail) =>
        Assert.Equal(detail, new SimulationPlan(users, days, 1, SimulatedWorld.Null).Fault?.Detail);

    [Fact]
    public void A_change_shuts_the_gate_until_it_is_simulated_again()
    {
        var program = SomeProgram.Of();
        var result = Run(program) with { RenderedUsers = 100 };

        Assert.True(LaunchChecks.Of(program with { Version = 9, State = ProgramState.Draft }, result, 500).Single(one => one.Id == "simulation").Passed);
        Assert.False(LaunchChecks.Of(program with { EveryDays = 2 }, result, 500).Single(one => one.Id == "simulation").Passed);
        Assert.True(LaunchChecks.Pass(LaunchChecks.Of(program, result, 500)));
    }

    [Fact]
    public void Each_check_names_what_is_wrong_and_how_to_mend_it()
    {
        var program = SomeProgram.Of();
        var bad = program with
        {
            Messages = [.. program.Messages.Where(message => message.Labels["tone"] != "warm").Select(message => message with { Channel = message.Channel == "push" ? "email" : message.Channel })],
            Experiment = program.Experiment with { Holdout = 1 },
        };
        var checks = LaunchChecks.Of(bad, null, 12).ToDictionary(check => check.Id);

        Assert.Equal("No message carries channel/push, tone/warm.", checks["labels"].Detail);
        Assert.Equal("order_placed came 12 times in 28 days; at least 100.", checks["goal"].Detail);
        Assert.Contains("does not say how to stop", checks["unsubscribe"].Detail.Replace("do not", "does not", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(checks.Values, check => Assert.True(!check.Passed && check.Fix.Length > 0, check.Id));
    }
}
