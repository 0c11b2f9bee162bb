using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>
/// Any interleaving of questions, activations, ticks, calls, answers, cancellations, bounces and consent over three programs, against a ledger that
/// shares no code with the guardrails: what it sees handed over must keep every limit at the moment of the hand-over.
/// </summary>
public sealed class GuardrailModelTests
{
    const string Berlin = "Europe/Berlin";

    // The last Sunday of March lies in the second week: the clock there skips an hour.
    static readonly Instant start = Instant.From(new DateTimeOffset(2026, 3, 19, 5, 0, 0, TimeSpan.Zero));

    static readonly WorkspaceSettings settings = new()
    {
        Guardrails = new Guardrails
        {
            Quiet = [new QuietHours("night", new TimeOnly(21, 30), new TimeOnly(7, 15), ["in_app"])],
            Caps =
            [
                new Cap("push_day", "push", 2, CapPeriod.LocalDay, 0),
                new Cap("in_app_rolling", "in_app", 2, CapPeriod.RollingHours, 30),
                new Cap("week", null, 6, CapPeriod.LocalWeek, 0),
            ],
            MinGap = TimeSpan.FromMinutes(150),
        },
    };

    static readonly AgentRules rules = SomeProgram.Rules(
        settings,
        SomeProgram.Of("a").AlwaysSends(),
        SomeProgram.Of("b").AlwaysSends().OnlyOver("push") with { Guardrails = new Guardrails { Id = "b", Caps = [new Cap("b_week", null, 3, CapPeriod.LocalWeek, 0)] } },
        SomeProgram.Of("c").AlwaysSends().Arms(0, 1, 0, 0));

    static readonly string[] programs = ["", "a", "b", "c"];
    static readonly string[][] channels = [[], ["push"], ["in_app"]];

    [Fact]
    [Trait("proves", "R5")]
    public void No_interleaving_crosses_a_limit()
    {
        var handed = 0;
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1_000], Gen.OneOf(Gen.Const(0), Gen.Int[0, 10], Gen.Int[0, 60], Gen.Int[60, 1_200])).Array[50, 150].Sample(
            commands =>
            {
                var world = new World();
                foreach (var (command, pick, minutes) in commands)
                {
                    world.Do(command, pick, minutes);
                }

                Interlocked.Add(ref handed, world.HandedOver);
            },
            seed: "0000guardr01",
            iter: 120);
        Assert.True(handed > 350, $"Only {handed} hand-overs were seen: the interleavings test nothing.");
    }

    sealed class World
    {
        readonly SomeLife life = new SomeLife(rules).Seen(start, Berlin);
        readonly Dictionary<string, (Instant At, string Channel, string Program)> ledger = [];
        readonly List<string> ids = [];
        readonly List<Instant> external = [];
        Instant now = start;

        public int HandedOver { get; private set; }

        public void Do(int command, int pick, int minutes)
        {
            now += TimeSpan.FromMinutes(minutes);
            switch (command)
            {
                case 0:
                    Ask(pick);
                    break;
                case 1 or 2:
                    Ask(pick);
                    Activate(ids[^1]);
                    break;
                case 3 when Pick(pick) is { } id:
                    Activate(id);
                    break;
                case 4:
                    Tick(pick);
                    break;
                case 5 or 6:
                    Tick(pick);
                    if (Row(pick) is { } due)
                    {
                        Gate(due);
                    }

                    break;
                case 7 when Row(pick) is { } id:
                    Gate(id);
                    break;
                case 8 when Row(pick) is { } id:
                    Complete(id, pick);
                    break;
                case 9 when Pick(pick) is { } id:
                    life.Do(now, step => Handovers.Cancel(step, id, "model"));
                    break;
                case 10 when Pick(pick) is { } id:
                    var could = life.State.Find(id) is { Stage: DecisionStage.Activated or DecisionStage.Unknown };
                    life.Observe(now, SomeEvents.About("Message Bounced", id, now));
                    if (could)
                    {
                        ledger.Remove(id);
                    }

                    break;
                case 11:
                    Happen(pick);
                    break;
                default:
                    break;
            }
        }

        void Ask(int pick) => ids.Add(life.Ask(now, programs[pick % 4], channels[pick % 3]).Decision.Id);

        void Activate(string id)
        {
            if (life.Do(now, step => Handovers.Activate(step, id)) is { Decision: { Stage: DecisionStage.Activated } decision } && decision.StageAt == now && !ledger.ContainsKey(id))
            {
                Handed(decision);
            }
        }

        void Tick(int pick)
        {
            life.AdvanceTo(now, stepwise: pick % 2 == 0);
            ids.AddRange(life.Outbox.Keys.Except(ids));
        }

        void Gate(string id)
        {
            if (life.Do(now, step => Handovers.Gate(step, id)).Granted)
            {
                Handed(life.State.Find(id)!);
            }
        }

        // Mostly what is young enough to matter, sometimes anything that ever was.
        string? Pick(int pick) => ids.Count == 0 ? null : ids[pick % 5 == 0 ? pick % ids.Count : ids.Count - 1 - pick % Math.Min(ids.Count, 3)];

        string? Row(int pick) => life.Outbox.Count == 0 ? null : life.Outbox.Keys.Order(StringComparer.Ordinal).ElementAt(pick % life.Outbox.Count);

        void Complete(string id, int pick)
        {
            var called = life.State.Find(id)!.Stage == DecisionStage.InFlight;
            var answer = (ChannelAnswer)(pick % 4);
            if (called)
            {
                life.Do(now, step => Handovers.Complete(step, id, answer, now + TimeSpan.FromMinutes(pick), "model", null));
                if (answer == ChannelAnswer.Refused)
                {
                    ledger.Remove(id);
                }
            }
        }

        void Happen(int pick)
        {
            switch (pick % 4)
            {
                case 0:
                    life.Observe(now, SomeEvents.Track("External Message Sent", now, properties: """{"channel":"push"}""", trusted: true));
                    external.Add(now);
                    break;
                case 1:
                    life.Do(now, step => Consenting.State(step, new ConsentEntry("push", "marketing", "denied", now, "api", "")));
                    break;
                case 2:
                    life.Do(now, step => Consenting.State(step, new ConsentEntry("push", "marketing", "granted", now, "api", "")));
                    break;
                default:
                    life.Observe(now, SomeEvents.Track("app_opened", now));
                    break;
            }
        }

        void Handed(LiveDecision decision)
        {
            HandedOver++;
            ledger[decision.Id] = (now, decision.Channel, decision.Program);
            var all = ledger.Values.Concat(external.Select(at => (At: at, Channel: "push", Program: ""))).Where(send => send.At <= now).ToList();
            var local = Local(now);
            if (decision.Channel != "in_app")
            {
                Assert.True(local.TimeOfDay >= new TimeSpan(7, 15, 0) && local.TimeOfDay < new TimeSpan(21, 30, 0), $"{decision.Channel} at {local}");
                Assert.True(life.State.Consents.LastOrDefault(entry => entry.Channel == "push") is not { Status: "denied" }, "sent without consent");
            }

            if (decision.Channel == "push")
            {
                AtMost(2, all.Count(send => send.Channel == "push" && Local(send.At).Date == local.Date), "push a day");
            }
            else
            {
                AtMost(2, all.Count(send => send.Channel == "in_app" && now - send.At < TimeSpan.FromHours(30)), "in-app in 30 hours");
            }

            var monday = local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7));
            var week = all.Where(send => Local(send.At) >= monday).ToList();
            AtMost(6, week.Count, "a week");
            if (decision.Program == "b")
            {
                // A program's own cap counts its own sends; that all together keep the workspace's was asserted above.
                AtMost(3, week.Count(send => send.Program == "b"), "a week of b");
            }

            var others = all.Where(send => send != (now, decision.Channel, decision.Program)).Select(send => now - send.At).ToList();
            Assert.True(others.Count == 0 || others.Min() >= TimeSpan.FromMinutes(150), "gap");
            Assert.True(all.Count(send => send == (now, decision.Channel, decision.Program)) == 1, "two at once");
        }

        static void AtMost(int limit, int count, string what) => Assert.True(count <= limit, $"{count} {what}; at most {limit}.");

        static DateTime Local(Instant at) => TimeZoneInfo.ConvertTimeBySystemTimeZoneId(at.ToDateTimeOffset(), Berlin).DateTime;
    }

    [Fact]
    [Trait("proves", "R5")]
    public void Many_questions_and_activations_send_once_where_the_cap_is_one()
    {
        var one = SomeProgram.Rules(new WorkspaceSettings { Guardrails = new Guardrails { Caps = [new Cap("one", null, 1, CapPeriod.LocalDay, 0)] } }, SomeProgram.Of("a").AlwaysSends(), SomeProgram.Of("b").AlwaysSends());
        var life = new SomeLife(one).Seen(start, Berlin);
        var ids = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            ids.Add(life.Ask(start, programs[i % 3], channels[i % 2 + 1]).Decision.Id);
        }

        foreach (var id in ids.Concat(ids))
        {
            life.Activate(start, id);
        }

        Assert.True(ids.Count > 3);
        Assert.Single(life.State.Sends);
    }
}
