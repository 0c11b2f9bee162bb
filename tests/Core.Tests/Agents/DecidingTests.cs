using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

public sealed class DecidingTests
{
    static readonly Instant now = SomeLife.Monday;

    /// <summary>An agent that has learnt something about every action, in its present context.</summary>
    internal static SomeLife Learned(AgentRules rules, string agent = "u:ada")
    {
        var life = new SomeLife(rules, agent).Seen(now - TimeSpan.FromDays(9)).Seen(now - TimeSpan.FromHours(1));
        var context = Deciding.ContextOf(life.State, now);
        var state = life.State;
        var i = 0;
        foreach (var program in rules.Programs)
        {
            foreach (var set in program.Definition.Sets)
            {
                foreach (var action in set.Actions)
                {
                    i++;
                    var evidence = default(Evidence).Add(1, 0.5 - 0.1 * (i % 4), 1 + i % 3, now, null).Add(0, -0.2, 1 + i % 2, now, null);
                    state = state with { Evidence = state.Evidence.SetItem(new EvidenceKey(program.Definition.Id, context, set.Id, action.Id), evidence) };
                }
            }
        }

        return new SomeLife(rules, agent, state);
    }

    public static TheoryData<string> Kinds => ["sampled", "mixed", "means", "holes", "holes-mixed", "gaussian", "random", "random-days", "rules", "holdout", "no-frequency", "priced", "capped", "paused"];

    internal static AgentRules RulesOf(string kind)
    {
        var program = SomeProgram.Of();
        return kind switch
        {
            "mixed" => SomeProgram.Rules(program.Sampling(0.3)),
            "means" => SomeProgram.Rules(program.Sampling(0)),
            "holes" => SomeProgram.Rules(program.WithHoles()),
            "holes-mixed" => SomeProgram.Rules(program.WithHoles().Sampling(0.3)),
            "gaussian" => SomeProgram.Rules(program with { Learning = program.Learning with { Posterior = PosteriorKind.Gaussian } }),
            "random" => SomeProgram.Rules(program.Arms(0, 1, 0, 0)),
            "random-days" => SomeProgram.Rules(program with { Learning = program.Learning with { RandomDays = 5 } }),
            "rules" => SomeProgram.Rules(program.Arms(0, 0, 1, 0)),
            "holdout" => SomeProgram.Rules(program.Arms(0, 0, 0, 1)),
            "no-frequency" => SomeProgram.Rules(program.AlwaysSends()),
            "priced" => SomeProgram.Rules(program with { Learning = program.Learning with { SendPrice = 0.2 } }),
            "capped" => SomeProgram.Rules(program with { Guardrails = new Guardrails { Caps = [new Cap("none", null, 0, CapPeriod.LocalDay, 0)] } }),
            "paused" => SomeProgram.Rules(new WorkspaceSettings { KillSwitch = true }, program),
            _ => SomeProgram.Rules(program),
        };
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("proves", "R6")]
    public void A_decision_is_made_again_byte_for_byte_from_its_record(string kind)
    {
        var rules = RulesOf(kind);
        var life = Learned(rules);
        for (var i = 0; i < 25; i++)
        {
            var at = now + TimeSpan.FromDays(i);
            var answer = life.Ask(at);
            var made = life.Made(answer.Decision.Id);
            var replay = Replaying.Of(made.Record, rules.Programs[0].Definition);
            Assert.True(replay.Identical, $"decision {i}: {string.Join(", ", replay.Differences)}");
            Assert.Equal(replay.RecordHash, replay.ReplayHash);
            if (answer.Decision.Stage == DecisionStage.Open)
            {
                life.Activate(at, answer.Decision.Id);
            }
        }
    }

    [Theory]
    [InlineData("/propensity")]
    [InlineData("/sets/0/candidates/1/draw")]
    [InlineData("/messageId")]
    public void A_record_that_was_changed_does_not_replay(string field)
    {
        var rules = RulesOf("no-frequency");
        var life = Learned(rules);
        var record = life.RecordOf(life.Ask(now).Decision.Id);
        JsonNode at = record;
        var path = field[1..].Split('/');
        foreach (var part in path[..^1])
        {
            at = int.TryParse(part, out var index) ? at[index]! : at[part]!;
        }

        at[path[^1]] = path[^1] == "messageId" ? "push-warm-none-x" : 0.123;
        var replay = Replaying.Of(Core.Canonical.CanonicalJson.Serialize(record), rules.Programs[0].Definition);
        Assert.False(replay.Identical);
        Assert.Equal([field], replay.Differences);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("proves", "R6")]
    public void Propensities_of_every_set_sum_to_one_and_the_chosen_one_is_positive(string kind)
    {
        var rules = RulesOf(kind);
        var life = Learned(rules);
        for (var i = 0; i < 20; i++)
        {
            var record = life.RecordOf(life.Ask(now + TimeSpan.FromDays(i)).Decision.Id);
            foreach (var set in record["sets"]!.AsArray())
            {
                var candidates = set!["candidates"]!.AsArray().ToDictionary(one => one!["action"]!.GetValue<string>(), one => one!["propensity"]!.GetValue<double>());
                Assert.Equal(1, candidates.Values.Sum(), 1e-9);
                Assert.All(candidates.Values, p => Assert.InRange(p, 0, 1));
                Assert.True(candidates[set["chosen"]!.GetValue<string>()] > 0);
            }

            Assert.InRange(record["holdPropensity"]!.GetValue<double>(), 0, 1);
            if (record["verdict"]!.GetValue<string>() == "send")
            {
                Assert.InRange(record["propensity"]!.GetValue<double>(), double.Epsilon, 1);
            }
        }
    }

    [Fact]
    public void The_record_of_a_holdout_says_hold_with_certainty()
    {
        var life = Learned(RulesOf("holdout"));
        var record = life.RecordOf(life.Ask(now).Decision.Id);
        Assert.Equal(("hold", 1.0, "arm_holdout"), (record["verdict"]!.GetValue<string>(), record["holdPropensity"]!.GetValue<double>(), record["reasons"]![0]!["code"]!.GetValue<string>()));
    }

    [Fact]
    public void Guardrails_mask_before_anything_is_drawn_and_masked_actions_are_absent()
    {
        var life = Learned(SomeProgram.Rules(SomeProgram.Of().AlwaysSends() with { Guardrails = new Guardrails { Caps = [new Cap("no_push", "push", 0, CapPeriod.LocalDay, 0)] } }));
        var record = life.RecordOf(life.Ask(now).Decision.Id);
        Assert.Equal(["in_app"], record["sets"]!.AsArray().Single(set => set!["id"]!.GetValue<string>() == "channel")!["candidates"]!.AsArray().Select(one => one!["action"]!.GetValue<string>()));
        Assert.All(record["eligible"]!.AsArray(), id => Assert.StartsWith("in_app", id!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Contains(record["guardrails"]!.AsArray(), check => check!["id"]!.GetValue<string>() == "no_push" && !check["passed"]!.GetValue<bool>());
    }

    [Fact]
    public void A_guardrails_hold_names_the_limit_and_is_learnt_from_by_nobody()
    {
        var life = Learned(RulesOf("capped"));
        var decision = life.Ask(now).Decision;
        var record = life.RecordOf(decision.Id);
        Assert.Equal(("cap_overall", "none"), (record["reasons"]![0]!["code"]!.GetValue<string>(), record["reasons"]![0]!["guardrailId"]!.GetValue<string>()));
        Assert.Empty(record["sets"]!.AsArray());
        Assert.Equal("NotDelivered", life.ReceiptOf(decision.Id)["reason"]!.GetValue<string>());
        Assert.Null(decision.TreatedAt);
    }

    [Fact]
    [Trait("proves", "R4")]
    public void A_decisions_id_follows_from_user_and_ordinal()
    {
        var rules = RulesOf("sampled");
        var (a, b) = (AgentStep.Create("t", "u:ada", "secret"), AgentStep.Create("t", "u:ada", "secret"));
        Assert.Equal(AgentStep.DecisionId(a, 7), AgentStep.DecisionId(b with { JournalLength = 5 }, 7));
        string[] others =
        [
            AgentStep.DecisionId(a, 7),
            AgentStep.DecisionId(a, 8),
            AgentStep.DecisionId(AgentStep.Create("t", "u:bob", "secret"), 7),
            AgentStep.DecisionId(AgentStep.Create("t", "a:ada", "secret"), 7),
            AgentStep.DecisionId(AgentStep.Create("tu", ":ada", "secret"), 7),
            AgentStep.DecisionId(AgentStep.Create("t", "u:ada", "other"), 7),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.All(others, id => Assert.Matches("^dec_[0-9a-hjkmnp-tv-z]{26}$", id));
        var life = new SomeLife(rules);
        Assert.Equal(AgentStep.DecisionId(life.State, 1), life.Ask(now).Decision.Id);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_decision_made_twice_from_one_state_is_one_decision(string kind)
    {
        var life = Learned(RulesOf(kind));
        var (a, b) = (new AgentStep(life.State, life.Rules, now), new AgentStep(life.State, life.Rules, now));
        foreach (var step in (AgentStep[])[a, b])
        {
            Living.Ask(step, new Question { Trigger = "api" });
        }

        Assert.Equal(a.Decisions[0].Record, b.Decisions[0].Record);
        Assert.Equal(AgentStateCodec.Pack(a.State), AgentStateCodec.Pack(b.State));
    }

    [Fact]
    public void Uniform_days_end_also_for_a_program_that_only_answers()
    {
        var program = SomeProgram.Of() with { Scheduled = false, Learning = new Learning { RandomDays = 5 } };
        var life = Learned(SomeProgram.Rules(program));
        bool Uniform(Instant at) => life.RecordOf(life.Ask(at).Decision.Id)["uniform"]!.GetValue<bool>();
        Assert.True(Uniform(now));
        Assert.True(Uniform(now + TimeSpan.FromDays(4.9)));
        Assert.False(Uniform(now + TimeSpan.FromDays(5.3)));
    }

    [Fact]
    public void The_rules_arm_follows_its_sequence_and_skips_what_may_not_go()
    {
        var life = Learned(RulesOf("rules"));
        string Next(int day)
        {
            var decision = life.Ask(now + TimeSpan.FromDays(day)).Decision;
            life.Activate(now + TimeSpan.FromDays(day), decision.Id);
            return decision.Message;
        }

        Assert.Equal(["push-warm-none", "in_app-plain-discount", "push-plain-free_delivery", "push-warm-none"], Enumerable.Range(0, 4).Select(Next));
        Consent(life, now + TimeSpan.FromDays(5), "push", "denied");
        Assert.Equal("in_app-plain-discount", Next(6));
        Assert.Equal("in_app-plain-discount", Next(7));
    }

    [Fact]
    public void A_set_is_credited_with_the_action_of_the_message_that_is_sent()
    {
        var life = Learned(SomeProgram.Rules(SomeProgram.Of().AlwaysSends().WithHoles()));
        for (var i = 0; i < 15; i++)
        {
            var decision = life.Ask(now + TimeSpan.FromDays(i)).Decision;
            var parts = decision.Message.Split('-');
            Assert.Contains(new Credit("channel", parts[0]), decision.Credits);
            Assert.Contains(new Credit("tone", parts[1]), decision.Credits);
            Assert.Contains(new Credit("offer", parts[2]), decision.Credits);
        }
    }

    static void Consent(SomeLife life, Instant at, string channel, string status) =>
        life.Do(at, step => Consenting.State(step, new ConsentEntry(channel, "marketing", status, at, "api", "")));

    /// <summary>One decision's inputs drawn thousands of times under other keys, against the propensities that it states.</summary>
    [Theory]
    [InlineData("sampled", 20_000)]
    [InlineData("mixed", 20_000)]
    [InlineData("gaussian", 4_000)]
    [InlineData("random", 20_000)]
    [Trait("proves", "R6")]
    public void Holds_and_messages_are_as_frequent_as_the_record_says(string kind, int draws)
    {
        var rules = RulesOf(kind);
        var life = Learned(rules);
        var inputs = FirstDrawn(life);
        var program = rules.Programs[0];
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var stated = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < draws; i++)
        {
            var drawn = Drawing.Draw(inputs with { RngKey = $"{kind}/{i}", DecisionId = $"dec_{i}" }, id => program.Message(id)!);
            counts[drawn.MessageId] = counts.GetValueOrDefault(drawn.MessageId) + 1;
            if (stated.TryGetValue(drawn.MessageId, out var before))
            {
                Assert.Equal(before, drawn.Propensity, 1e-12);
            }

            stated[drawn.MessageId] = drawn.Propensity;
            Assert.Equal(PropensityOfHold(drawn), drawn.HoldPropensity, 1e-12);
        }

        Assert.Contains("", counts.Keys);
        ChiSquare.Fits(counts, stated, draws, falseAlarm: 1e-6);
    }

    static double PropensityOfHold(Drawn drawn) => drawn.Choices[0].Candidates.Single(one => one.Action == Drawing.Hold).Propensity;

    /// <summary>Where combinations are missing, propensities are estimates: their mean must hit the frequency within both their errors.</summary>
    [Theory]
    [InlineData("holes")]
    [InlineData("holes-mixed")]
    [Trait("proves", "R6")]
    public void Estimated_propensities_agree_with_frequencies(string kind)
    {
        const int draws = 1_500;
        var rules = RulesOf(kind);
        var life = Learned(rules);
        var inputs = FirstDrawn(life);
        var program = rules.Programs[0];
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var stated = new Dictionary<string, (double Sum, int N)>(StringComparer.Ordinal);
        for (var i = 0; i < draws; i++)
        {
            var drawn = Drawing.Draw(inputs with { RngKey = $"{kind}/{i}", DecisionId = "dec_same" }, id => program.Message(id)!);
            counts[drawn.MessageId] = counts.GetValueOrDefault(drawn.MessageId) + 1;
            var (sum, n) = stated.GetValueOrDefault(drawn.MessageId);
            stated[drawn.MessageId] = (sum + drawn.Propensity, n + 1);
        }

        foreach (var (message, (sum, n)) in stated.Where(one => counts[one.Key] >= 20))
        {
            var p = sum / n;
            Assert.True(Math.Abs((double)counts[message] / draws - p) < 5 * Math.Sqrt(p * (1 - p) / draws) + 0.004, $"{message}: stated {p}, seen {counts[message]} of {draws}");
        }
    }

    static DrawInputs FirstDrawn(SomeLife life)
    {
        var decision = life.Ask(now).Decision;
        return DecisionRecord.Read(life.RecordOf(decision.Id));
    }
}
