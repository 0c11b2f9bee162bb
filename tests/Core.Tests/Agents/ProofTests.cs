using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>What is promised of decisions and receipts, shown on many of them (docs/proofs.md).</summary>
public sealed class ProofTests
{
    static readonly Instant now = SomeLife.Monday;

    /// <summary>Every kind of program, many agents of each, a month of decisions of each agent.</summary>
    [Fact]
    [Trait("layer", "long")]
    [Trait("proves", "U2")]
    public void Ten_thousand_decisions_replay_with_equal_hash()
    {
        const int wanted = 10_000, ofAgent = 25;
        var kinds = ((IEnumerable<object[]>)DecidingTests.Kinds).Select(row => (string)row[0]).ToArray();
        var (replayed, sends) = (0, 0);
        for (var agent = 0; replayed < wanted; agent++)
        {
            var rules = DecidingTests.RulesOf(kinds[agent % kinds.Length]);
            var life = DecidingTests.Learned(rules, $"u:{agent}");
            for (var i = 0; i < ofAgent; i++)
            {
                var at = now + TimeSpan.FromHours(24 * i + agent % 12);
                var decision = life.Ask(at).Decision;
                var replay = Replaying.Of(life.Made(decision.Id).Record, rules.Programs[0].Definition);
                Assert.True(replay.Identical, $"{kinds[agent % kinds.Length]}, agent {agent}, decision {i}: {string.Join(", ", replay.Differences)}");
                Assert.Equal(replay.RecordHash, replay.ReplayHash);
                if (decision.Stage == DecisionStage.Open)
                {
                    sends++;
                    life.Activate(at, decision.Id);
                }

                replayed++;
            }
        }

        Assert.InRange(sends, wanted / 4, wanted);
    }

    /// <summary>Y = Σ w·2^(−|t − t_int| / h) on each side of the contact, from the events as they came; the effect is what the user's difference has over that of the neighbours.</summary>
    [Theory]
    [Trait("proves", "U4")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void A_receipt_is_what_the_raw_events_say(int hours)
    {
        var program = SomeProgram.Of();
        var settled = now + TimeSpan.FromDays(4);
        var plain = SomeDecisions.Known("u:ada", now);
        var ada = plain with
        {
            Decisions = [SomeDecisions.Hold(program.Id, now)],
            History = plain.History with { Events = plain.History.Events.Add(new UserEvent(9, "order_placed", now + TimeSpan.FromHours(5 + hours), null)) },
        };
        var others = Enumerable.Range(1, 9).Select(i => SomeDecisions.Known($"u:other{i}", now)).ToArray();
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var one in others)
        {
            fold.Add(one);
        }

        var snapshot = fold.Finish();
        var step = new AgentStep(ada, SomeProgram.Rules(program).Knowing(_ => snapshot), settled);
        Settling.SettleDue(step);
        var receipt = JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;
        Assert.Equal("identified", (string?)receipt["state"]);

        var span = TimeSpan.FromHours((double)receipt["windowHours"]!);
        double Y(AgentState of, Instant from, Instant until) => snapshot.Weights.Weigh(of.History.Events.AsSpan())
            .Where(one => one.At >= from && one.At < until).Sum(one => one.Weight * Math.Pow(2, -Math.Abs((one.At - now).TotalHours) / 24));
        var (pre, post) = (Y(ada, now - span, now), Y(ada, now, now + span));
        var (controlPre, controlPost) = (Y(others[0], now - span, now), Y(others[0], now, now + span));
        Assert.NotEqual(0, post);
        Assert.Equal(pre, (double)receipt["yPre"]!, 1e-9);
        Assert.Equal(post, (double)receipt["yPost"]!, 1e-9);
        Assert.Equal(controlPre, (double)receipt["controls"]!["cPre"]!, 1e-9);
        Assert.Equal(controlPost, (double)receipt["controls"]!["cPost"]!, 1e-9);
        Assert.Equal(post - pre - (controlPost - controlPre), (double)receipt["deltaY"]!, 1e-9);
    }

    [Fact]
    [Trait("proves", "U9")]
    public void The_rules_arm_sends_its_fixed_sequence_at_its_hour()
    {
        var program = SomeProgram.Of().Arms(0, 0, 1, 0);
        var town = new SomeTown(SomeProgram.Rules(program), 6, 0, "rules");
        town.Live(TimeSpan.FromDays(26), foldEveryHours: 24 * 60);
        foreach (var (agent, life) in town.Lives)
        {
            var sent = life.State.Sends.Select(send => send.MessageId).ToArray();
            Assert.InRange(sent.Length, 8, 14);
            Assert.Equal(Enumerable.Range(0, sent.Length).Select(i => program.Rules!.Messages[i % program.Rules.Messages.Length]), sent);
            // Every second day; the hour is that of the user's own clock, here UTC.
            Assert.All(life.State.Sends.Zip(life.State.Sends.Skip(1)), pair => Assert.Equal(48, (pair.Second.At - pair.First.At).TotalHours, 1.0));
        }
    }

    [Fact]
    [Trait("proves", "U10")]
    public void The_random_arm_draws_every_label_and_message_alike()
    {
        const int users = 4_000;
        var program = SomeProgram.Of().AlwaysSends().Arms(0, 1, 0, 0);
        var rules = SomeProgram.Rules(program);
        var messages = program.Messages.ToDictionary(message => message.Id, _ => 0, StringComparer.Ordinal);
        var labels = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        for (var user = 0; user < users; user++)
        {
            var life = new SomeLife(rules, $"u:{user}").Seen(now - TimeSpan.FromHours(1));
            var record = life.RecordOf(life.Ask(now).Decision.Id);
            Assert.Equal("random", record["arm"]!.GetValue<string>());
            var message = program.Messages.Single(one => one.Id == record["messageId"]!.GetValue<string>());
            messages[message.Id]++;
            foreach (var (set, action) in message.Labels)
            {
                var counts = labels.TryGetValue(set, out var known) ? known : labels[set] = program.Sets.Single(one => one.Id == set).Actions.ToDictionary(one => one.Id, _ => 0, StringComparer.Ordinal);
                counts[action]++;
            }
        }

        foreach (var counts in labels.Values.Append(messages))
        {
            ChiSquare.Fits(counts, counts.Keys.ToDictionary(name => name, _ => 1.0 / counts.Count, StringComparer.Ordinal), users, 1e-4);
        }
    }
}
