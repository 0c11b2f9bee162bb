using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>
/// Some hundred users, their agents and the cohort's folds in memory, hour by hour: events, due steps, hand-overs. Users visit by day, each at a rate of
/// their own; a visit may lead to a product, a basket, an order. A message makes a visit in the next hours more likely, and lead further, by what is planted.
/// </summary>
sealed class SomeTown
{
    static readonly string[] funnel = ["app_opened", "product_viewed", "basket_filled", "order_placed"];

    readonly Dictionary<string, SomeLife> lives = [];
    readonly Dictionary<string, double> rates = [];
    readonly Dictionary<string, Instant> arrivals = [];
    readonly Func<string, string, double> planted;
    readonly SeededRandom random;
    AgentRules rules;

    public SomeTown(AgentRules rules, int users, double planted, string seed)
        : this(rules, users, (_, _) => planted, seed)
    {
    }

    /// <summary>A town where what a message does depends on the agent and on the message.</summary>
    public SomeTown(AgentRules rules, int users, Func<string, string, double> planted, string seed)
    {
        this.rules = rules;
        this.planted = planted;
        random = new SeededRandom(seed);
        Now = SomeLife.Monday - TimeSpan.FromHours(12);
        for (var i = 0; i < users; i++)
        {
            var agent = $"u:{seed}-{i}";
            lives.Add(agent, new SomeLife(rules, agent));
            arrivals.Add(agent, Now + TimeSpan.FromHours(72 * random.NextDouble()));
            rates.Add(agent, 0.5 + 2 * random.NextDouble());
        }
    }

    public Instant Now { get; private set; }

    public IReadOnlyDictionary<string, SomeLife> Lives => lives;

    public AgentRules Rules => rules;

    public CohortSnapshot Cohort(string program) => rules.Find(program)!.Cohort;

    public void Live(TimeSpan span, int foldEveryHours = 12)
    {
        for (var until = Now + span; Now < until;)
        {
            var from = Now;
            Now += TimeSpan.FromHours(1);
            foreach (var (agent, life) in lives)
            {
                var visits = Visits(agent, life, from);
                if (visits.Length > 0)
                {
                    life.Observe(Now, visits);
                }

                Act(life);
            }

            if (from.UnixMilliseconds / 3_600_000 % foldEveryHours == foldEveryHours - 1)
            {
                Fold();
            }
        }
    }

    public void Fold()
    {
        rules = rules.Knowing(program => FoldOf(program, rules.Find(program.Id)!.Cohort, lives.Values));
        foreach (var life in lives.Values)
        {
            life.Rules = rules;
        }
    }

    public CohortSnapshot FoldOf(ProgramDefinition program, CohortSnapshot before, IEnumerable<SomeLife> panel)
    {
        var fold = new CohortFold(program, before, Now, SomeProgram.Grace);
        foreach (var life in panel)
        {
            fold.Add(life.State);
        }

        return fold.Finish();
    }

    void Act(SomeLife life)
    {
        life.AdvanceTo(Now);
        foreach (var row in life.Outbox.Values.ToArray())
        {
            if (life.Do(Now, step => Handovers.Gate(step, row.DecisionId)).Granted)
            {
                life.Do(Now, step => Handovers.Complete(step, row.DecisionId, ChannelAnswer.Sent, null, "ok", null));
            }
        }

        foreach (var open in life.State.Decisions.Where(decision => decision.Stage == DecisionStage.Open).ToArray())
        {
            life.Activate(Now, open.Id);
        }
    }

    IncomingEvent[] Visits(string agent, SomeLife life, Instant from)
    {
        var hour = from.UnixMilliseconds / 3_600_000 % 24;
        var rate = hour is >= 7 and < 22 ? rates[agent] / 15 : 0.01;
        var further = 0.45;
        if (life.State.Sends is [.., var last] && from - last.At < TimeSpan.FromHours(4))
        {
            rate = Math.Max(0, rate + planted(agent, last.MessageId));
            further += planted(agent, last.MessageId);
        }

        // They come to town over three days, so that their contacts do not fall on the same ones.
        var known = life.State.FirstSeen != Instant.Latest;
        if (known ? random.NextDouble() >= rate : from < arrivals[agent])
        {
            return [];
        }

        var at = from + TimeSpan.FromMinutes(random.Next(50));
        var depth = 1;
        while (depth < funnel.Length && random.NextDouble() < further)
        {
            depth++;
        }

        return [.. Enumerable.Range(0, depth).Select(i => SomeEvents.Track(funnel[i], at + TimeSpan.FromMinutes(2 * i), context: """{"timezone":"UTC","device":{"token":"t"} }"""))];
    }
}
