using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Tests.Agents.Joint;

/// <summary>The joint model through the whole loop: days become rows, the fold learns a population, decisions follow and replay.</summary>
public sealed class JointLearningTests
{
    static SomeTown Town => JointTown.Known;

    static IEnumerable<JsonObject> Records(string arm, bool drawn = true) => Town.Lives.Values
        .SelectMany(life => life.Decisions.Select(made => life.RecordOf(made.Id)))
        .Where(record => (string?)record["arm"] == arm && (!drawn || record["joint"] is not null));

    [Fact]
    public void Agents_find_out_what_their_person_likes()
    {
        var last = Town.Now - TimeSpan.FromDays(5);
        var sends = Town.Lives.SelectMany(pair => pair.Value.State.Sends.Where(send => send.At > last).Select(send => (Agent: pair.Key, send.MessageId, Arm: pair.Value.Rules.Programs[0].ArmOf(pair.Value.State.Id))))
            .ToLookup(send => send.Arm, send => send.MessageId.Contains("warm", StringComparison.Ordinal) == JointTown.LikesWarm(send.Agent));
        double Right(string arm) => sends[arm].Average(right => right ? 1.0 : 0);
        Assert.InRange(Right(Arms.Random), 0.35, 0.65);
        Assert.True(Right(Arms.Agentic) > Right(Arms.Random) + 0.1, $"{Right(Arms.Agentic):P0} of {sends[Arms.Agentic].Count()} messages are of the kind that is liked; {Right(Arms.Random):P0} in the random arm.");
    }

    [Fact]
    public void The_population_counts_visits_and_knows_every_day_up_to_the_grace()
    {
        var population = JointTown.Population;
        Assert.Equal("app_opened", Assert.Single(population.Outcome.Values).Key);
        Assert.Equal((Town.Now - SomeProgram.Grace).UtcDay - 1, population.LastDay);
        Assert.True(population.Agents >= PopulationFold.FewAgents && population.OtherHalf is null, $"{population.Agents} agents");
        Assert.InRange(population.Factors.TakeLast(10).Average(), 0.8, 1.2);
    }

    [Fact]
    public void Every_day_since_the_first_message_is_a_row_or_is_said_to_be_skipped()
    {
        var checkedAgents = 0;
        foreach (var life in Town.Lives.Values.Where(life => life.State.JointEffects.ContainsKey("basket")))
        {
            var own = life.State.JointEffects["basket"];
            var first = life.State.Sends.First(send => send.ProgramId == "basket").At.UtcDay;
            Assert.Equal(own.Through - first + 1, (int)own.Statistic.Count + own.Skipped);
            checkedAgents++;
        }

        Assert.True(checkedAgents > 200, $"{checkedAgents} agents");
    }

    [Fact]
    public void The_holdout_has_no_rows() =>
        Assert.All(Town.Lives.Values.Where(life => life.Rules.Programs[0].ArmOf(life.State.Id) == Arms.Holdout), life => Assert.Empty(life.State.JointEffects));

    [Fact]
    public void Decisions_replay_to_the_byte_from_their_record()
    {
        var some = Town.Lives.Values.SelectMany(life => life.Decisions).Where((_, i) => i % 7 == 0).ToArray();
        Assert.True(some.Length > 200);
        Assert.All(some, made => Assert.True(Replaying.Of(made.Record, JointTown.Program).Identical, made.Id));
    }

    [Fact]
    public void A_changed_belief_shows_in_the_replay()
    {
        var record = Records(Arms.Agentic).First(record => (double)record["joint"]!["plan"]!["uniform"]! < 0.5 && (string?)record["verdict"] == "send");
        record["joint"]!["plan"]!["uniform"] = 0.9;
        Assert.NotEmpty(Replaying.Of(CanonicalJson.Serialize(record), JointTown.Program).Differences);
    }

    [Fact]
    public void Fixed_exploration_is_chance_alone_for_its_days_and_its_floor_after() =>
        Assert.Equal([0.01, 1.0], Records(Arms.Agentic).Select(record => (double)record["joint"]!["plan"]!["uniform"]!).Distinct().Order());

    [Fact]
    public void Adaptive_exploration_is_chance_alone_while_nothing_is_known()
    {
        var rules = Town.Rules;
        var adaptive = new ProgramRules(JointTown.Program with { Learning = JointTown.Program.Learning with { Adaptive = true } }, rules.Programs[0].Cohort, SomeProgram.Grace);
        var life = Town.Lives.Values.First(life => life.State.JointEffects.ContainsKey("basket"));
        ImmutableArray<string> messages = [.. JointTown.Program.Messages.Select(message => message.Id)];
        var plan = JointBelief.Of(life.State, adaptive, Town.Now)!.Plan(adaptive, false, messages, Town.Now);
        Assert.InRange(plan.Uniform, 0.01, 1);
        var fresh = new ProgramRules(adaptive.Definition, Unlearnt(rules.Programs[0].Cohort), SomeProgram.Grace);
        var nobody = life.State with { JointEffects = life.State.JointEffects.Clear(), Sends = [] };
        Assert.Equal(1, JointBelief.Of(nobody, fresh, Town.Now)!.Plan(fresh, false, messages, Town.Now).Uniform);
    }

    // The same people before any effect of a message was known.
    static CohortSnapshot Unlearnt(CohortSnapshot cohort)
    {
        var fold = new PopulationFold(JointTown.Program, null, Town.Now, SomeProgram.Grace);
        foreach (var life in Town.Lives.Values)
        {
            fold.Add(life.State with { JointEffects = life.State.JointEffects.Clear() });
        }

        return new CohortSnapshot(cohort.Program, 1, cohort.AsOf, cohort.AsOf, cohort.Weights, [], [], null, [], [], 0) { Population = fold.Finish() };
    }

    [Fact]
    public void Propensities_of_messages_and_silence_are_those_of_the_plan()
    {
        Assert.All(Records(Arms.Agentic), record =>
        {
            var plan = record["joint"]!["plan"]!;
            var (uniform, sends) = ((double)plan["uniform"]!, (double)plan["uniformSends"]!);
            var floor = (string?)record["verdict"] == "send" ? uniform * sends / record["eligible"]!.AsArray().Count : uniform * (1 - sends);
            Assert.InRange((double)record["propensity"]!, floor - 1e-12, 1);
            Assert.All(record["sets"]!.AsArray(), set => Assert.Equal(1, set!["candidates"]!.AsArray().Sum(one => (double)one!["propensity"]!), 9));
        });
    }

    [Fact]
    public void What_a_user_is_believed_to_like_is_in_its_summary()
    {
        var life = Town.Lives.Values.First(life => life.State.JointEffects.ContainsKey("basket"));
        var rows = AgentSummary.Write(life.State, life.Rules, Town.Now)["posteriors"]!.AsArray().Where(row => (string?)row!["model"] == "joint").ToArray();
        Assert.Equal(["channel", "offer", "slot", "tone"], rows.Select(row => (string)row!["set"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.True((double)row!["low"]! < (double)row["mean"]! && (double)row["mean"]! < (double)row["high"]!));
    }

    [Fact]
    public void A_fold_comes_back_from_storage_as_it_was()
    {
        var cohort = Town.Cohort("basket");
        var again = CohortCodec.Unpack(CohortCodec.Pack(cohort));
        Assert.Equal(CohortCodec.Pack(cohort), CohortCodec.Pack(again));
        Assert.Equal(cohort.Population!.Prior.Means.SelectMany(mean => mean), again.Population!.Prior.Means.SelectMany(mean => mean));
        Assert.Equal(cohort.Population.Factors.ToArray(), again.Population.Factors.ToArray());
        Assert.Equal(cohort.Population.Outcome.Key, again.Population.Outcome.Key);
    }
}
