using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>One agent with the storage around it, in memory: every step is packed and unpacked, as a grain would.</summary>
sealed class SomeLife(AgentRules rules, string agent = "u:ada", AgentState? begun = null)
{
    /// <summary>Monday, 2 March 2026, noon UTC.</summary>
    public static readonly Instant Monday = Instant.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public AgentState State { get; private set; } = begun ?? AgentStep.Create("t", agent, rules.IncarnationKey);

    public AgentRules Rules { get; set; } = rules;

    public List<MadeDecision> Decisions { get; } = [];

    public List<FinalEffect> Effects { get; } = [];

    public List<JsonObject> Journal { get; } = [];

    public Dictionary<string, OutboxChange> Outbox { get; } = [];

    long offset;

    public T Do<T>(Instant at, Func<AgentStep, T> what)
    {
        var step = new AgentStep(State, Rules, at);
        var result = what(step);
        Keep(step);
        return result;
    }

    public void Do(Instant at, Action<AgentStep> what) => Do(at, step =>
    {
        what(step);
        return true;
    });

    /// <summary>Events of one source, in the order given, with message ids of their own.</summary>
    public ObserveCounts Observe(Instant at, params IncomingEvent[] events) => Do(at, step =>
    {
        var counts = Observing.Apply(step, 1, 0, Array.ConvertAll(events, e => e with { Offset = offset++ }));
        return counts;
    });

    public SomeLife Seen(Instant at, string zone = "Europe/Berlin", bool push = true)
    {
        Observe(at, SomeEvents.Track("app_opened", at, context: push ? $$"""{"timezone":"{{zone}}","device":{"token":"tok"} }""" : $$"""{"timezone":"{{zone}}"}"""));
        return this;
    }

    public Answer Ask(Instant at, string program = "", params string[] channels) =>
        Do(at, step => Living.Ask(step, new Question { Trigger = "api", Program = program, Channels = [.. channels] }))!;

    public (LiveDecision Decision, JsonArray Reasons) Activate(Instant at, string id) => Do(at, step => Handovers.Activate(step, id))!.Value;

    public int AdvanceTo(Instant until, bool stepwise = true)
    {
        var done = 0;
        while (AgentRun.Steps(State, Rules, until, stepwise) is { Count: > 0 } steps)
        {
            foreach (var step in steps)
            {
                Keep(step);
            }

            done += steps.Count;
            Assert.True(done < 5_000, "The agent is due again and again at one moment.");
            if (!stepwise)
            {
                break;
            }
        }

        return done;
    }

    public MadeDecision Made(string id) => Decisions.Single(made => made.Id == id);

    public JsonObject RecordOf(string id) => JsonNode.Parse(Made(id).Record)!.AsObject();

    public JsonObject ReceiptOf(string id) => JsonNode.Parse(Effects.Single(effect => effect.DecisionId == id).Receipt)!.AsObject();

    public byte[] Bytes() => AgentStateCodec.Pack(State);

    void Keep(AgentStep step)
    {
        State = AgentStateCodec.Unpack(AgentStateCodec.Pack(step.State));
        Decisions.AddRange(step.Decisions);
        Effects.AddRange(step.Effects);
        if (step.JournalEntries > 0)
        {
            Journal.AddRange(AgentJournal.Read(step.JournalBytes()).Select(entry => entry!.AsObject()));
        }

        foreach (var change in step.Outbox)
        {
            if (change.Due is null)
            {
                Outbox.Remove(change.DecisionId);
            }
            else
            {
                Outbox[change.DecisionId] = change;
            }
        }
    }
}
