using System.Globalization;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.SuperApp.World;

namespace Aampe.Agents.Bench.Speed;

/// <summary>An agent at a moment, and when it wants to be woken next.</summary>
/// <param name="State">The agent.</param>
/// <param name="Due">The moment of its decision.</param>
sealed record Waiting(AgentState State, Instant Due);

/// <summary>
/// The sample app's town and its programs without a silo around them: people, agents, hand-overs and folds in memory for four weeks, so that what is
/// measured is measured on agents as they come to be.
/// </summary>
sealed class SpeedTown
{
    const int People = 100, Days = 28;
    static readonly Instant start = Instant.From(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    readonly Town town = new(Population.Make(People, 7), 7, placebo: false);
    readonly ProgramDefinition[] programs;
    readonly AgentState[] agents;
    readonly List<Waiting> deciding = [];
    long offset;

    /// <summary>Lets the town live through its weeks.</summary>
    /// <param name="posterior">Model of the program whose decisions are measured: joint, or beta as in the paper.</param>
    public SpeedTown(string posterior)
    {
        programs = [.. SuperApp.Catalogue.ProgramFiles.All().Select(file => Program(file.Name, file.Text.Replace("\"posterior\": \"joint\"", $"\"posterior\": \"{posterior}\"", StringComparison.Ordinal)))];
        Rules = RulesOf(program => CohortSnapshot.None(program.Id));
        agents = [.. town.People.Select(person => AgentStep.Create("default", "u:" + person.Id, Rules.IncarnationKey))];
        var deeds = new List<Deed>();
        for (var hour = 0; hour < Days * 24; hour++)
        {
            Now = start + TimeSpan.FromHours(hour + 1);
            deeds.Clear();
            town.Hour(start.ToDateTimeOffset().AddHours(hour), deeds);
            foreach (var visit in deeds.GroupBy(deed => deed.Person))
            {
                var first = agents[visit.Key].FirstSeen == Instant.Latest;
                IncomingEvent[] events = [.. (first ? [Identify(town.People[visit.Key])] : Array.Empty<IncomingEvent>()), .. visit.Select(deed => Event(deed, town.People[deed.Person], offset++))];
                var step = new AgentStep(agents[visit.Key], Rules, Now);
                Observing.Apply(step, 1, 0, events);
                if (first)
                {
                    Consenting.State(step, new ConsentEntry("*", "marketing", "granted", Now, "sign-up form", "terms"));
                }

                agents[visit.Key] = step.State;
            }

            Array.ForEach(agents, Act);
            if (hour % 24 == 23)
            {
                Fold();
            }
        }
    }

    /// <summary>What agents go by at the end.</summary>
    public AgentRules Rules { get; private set; }

    /// <summary>The end.</summary>
    public Instant Now { get; private set; }

    /// <summary>All agents at the end.</summary>
    public IReadOnlyList<AgentState> Agents => agents;

    /// <summary>Agents just before decisions of the last days that followed from what is believed.</summary>
    public IReadOnlyList<Waiting> Deciding => deciding;

    /// <summary>A Segment track event of some 375 bytes, as a phone sends it.</summary>
    public static byte[] Payload(string user, string name, string messageId, DateTimeOffset at, string zone, double? value) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$$"""{"type":"track","userId":"{{{user}}}","event":"{{{name}}}","messageId":"{{{messageId}}}","timestamp":"{{{at:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}}","properties":{"value":{{{value ?? 1}}},"currency":"EUR","category":"food"},"context":{"library":{"name":"analytics.js","version":"2.1.0"},"timezone":"{{{zone}}}","app":{"version":"4.12.1"},"device":{"token":"token-{{{user}}}"},"locale":"en-GB"}}"""));

    static IncomingEvent Event(Deed deed, Person person, long offset)
    {
        var at = Instant.From(deed.At);
        var id = Id(offset);
        return new IncomingEvent(offset, IncomingKind.Track, deed.Name, "app", false, id, at, at, Payload(person.Id, deed.Name, id, deed.At, person.Zone.Id, deed.Value));
    }

    /// <summary>A message id as clients make them.</summary>
    public static string Id(long number) => string.Create(CultureInfo.InvariantCulture, $"01890a5d-ac96-774b-bcce-{number:x12}");

    IncomingEvent Identify(Person person)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { traits = new { firstName = "Sam", email = $"{person.Id}@superapp.example", phone = "+33600000000" } });
        return new IncomingEvent(offset++, IncomingKind.Identify, "", "app", true, Id(offset), Now - TimeSpan.FromHours(1), Now, payload);
    }

    void Act(AgentState before)
    {
        var at = Array.IndexOf(agents, before);
        while (AgentRun.Steps(agents[at], Rules, Now, stepwise: true) is { Count: > 0 } steps)
        {
            foreach (var step in steps)
            {
                Keep(agents[at], step);
                agents[at] = step.State;
                HandOver(at, step);
            }
        }
    }

    void Keep(AgentState before, AgentStep step)
    {
        if (Now > start + TimeSpan.FromDays(Days - 7) && step.Decisions is [var made] && step.Effects.Count == 0
            && made.Program == SuperApp.Catalogue.ProgramFiles.Orders && IsBelieved(JsonDocument.Parse(made.Record).RootElement))
        {
            deciding.Add(new Waiting(before, step.At));
        }
    }

    // Neither by the program's random arm, nor on a random day, nor by the rules it is compared with.
    static bool IsBelieved(JsonElement record) =>
        record.GetProperty("drawn").GetBoolean() && !record.GetProperty("uniform").GetBoolean() && record.GetProperty("arm").GetString() == Arms.Agentic;

    void HandOver(int agent, AgentStep step)
    {
        foreach (var row in step.Outbox.Where(change => change.Due is not null))
        {
            var gate = new AgentStep(agents[agent], Rules, step.At + TimeSpan.FromSeconds(1));
            if (Handovers.Gate(gate, row.DecisionId).Granted)
            {
                Handovers.Complete(gate, row.DecisionId, ChannelAnswer.Sent, null, "ok", null);
                var decision = gate.State.Find(row.DecisionId)!;
                town.Reach(agent, SuperApp.Catalogue.ProgramFiles.ContactOf(decision.Message, gate.At.ToDateTimeOffset(), town.People[agent].Zone)!.Value);
            }

            agents[agent] = gate.State;
        }
    }

    void Fold() => Rules = RulesOf(program =>
    {
        var fold = new CohortFold(program, Rules.Find(program.Id)!.Cohort, Now, TimeSpan.FromHours(6));
        Array.ForEach(agents, fold.Add);
        return fold.Finish();
    });

    AgentRules RulesOf(Func<ProgramDefinition, CohortSnapshot> cohort) => new(
        new WorkspaceSettings { TimeZone = "Europe/Paris" },
        programs.Select(program => new ProgramRules(program, cohort(program), TimeSpan.FromHours(6))),
        "secret");

    static ProgramDefinition Program(string name, string text) => ProgramJson.Parse(Encoding.UTF8.GetBytes(text)) is ProgramParse.Ok good
        ? good.Program with { Version = 1, State = ProgramState.Live }
        : throw new InvalidOperationException($"{name} of the sample app cannot be read.");
}
