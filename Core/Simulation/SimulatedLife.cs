using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>One agent living in memory by the functions that agents live by everywhere: observe, advance, gate, complete. Nothing is stored or sent.</summary>
internal sealed class SimulatedLife(ISimulatedUser user, AgentRules rules)
{
    readonly List<(Instant At, Message Message)> sends = [];
    long offset;

    public ISimulatedUser User => user;

    public AgentState State { get; private set; } = user.Known(AgentStep.Create("simulation", user.Agent, rules.IncarnationKey));

    public AgentRules Rules { get; set; } = rules;

    /// <summary>What went out, in order.</summary>
    public IReadOnlyList<(Instant At, Message Message)> Sends => sends;

    /// <summary>Decisions since it was last emptied: whether it is a hold, its reasons, what it cost to explore, and whether it is one that was to speak and was held when it came to it.</summary>
    public List<(bool Hold, ImmutableArray<string> Reasons, double? Cost, bool IsLate)> Made { get; } = [];

    /// <summary>Introduces the user: traits, ways to reach it, what it has said about the channels of the program.</summary>
    public void Begin(Instant at, IEnumerable<string> channels)
    {
        if (user.Identity(at) is { } introduction)
        {
            Observe([introduction]);
        }

        foreach (var entry in user.Consents(at, channels))
        {
            Do(at, step => Consenting.State(step, entry));
        }
    }

    /// <summary>What the user does before the program begins.</summary>
    public void Before(Instant day) => Observe([.. user.Day(day, [])]);

    /// <summary>Lives one day: what is due comes before each event, and what goes out works from then on.</summary>
    public void Live(Instant day, ProgramRules program)
    {
        // Nothing of the program is due before the day begins: an agent catches up from the moment at which it acted last.
        Do(day, _ => { });
        var end = day + TimeSpan.FromDays(1);
        var events = user.Day(day, [.. sends.Where(send => send.At >= day - TimeSpan.FromDays(9))]);
        var asked = program.Definition.Scheduled ? (Instant?)null : LocalTime.At(LocalTime.DateOf(day + TimeSpan.FromHours(12), user.Zone), TimeOnly.MinValue, user.Zone) + user.AskedAt();
        foreach (var e in events)
        {
            asked = AskBefore(asked, e.OccurredAt, program);
            AdvanceTo(e.OccurredAt, program);
            Observe([e]);
            ShowCards(e.OccurredAt, program);
        }

        AskBefore(asked, end, program);
        AdvanceTo(end, program);
    }

    // What waits for the app to be opened is shown then.
    void ShowCards(Instant at, ProgramRules program)
    {
        foreach (var open in State.Decisions.Where(decision => decision.Stage == DecisionStage.Open && decision.ExpiresAt > at).ToList())
        {
            if (Do(at, step => Handovers.Activate(step, open.Id)) is { } activated)
            {
                Handed(at, program, open, activated.Reasons);
            }
        }
    }

    Instant? AskBefore(Instant? asked, Instant until, ProgramRules program)
    {
        if (asked is not { } at || at >= until)
        {
            return asked;
        }

        AdvanceTo(at, program);
        var answer = Do(at, step => Living.Ask(step, new Question { Trigger = "api", Program = program.Definition.Id }));
        if (answer is { Decision.Stage: DecisionStage.Open } && Do(at, step => Handovers.Activate(step, answer.Decision.Id)) is { } activated)
        {
            Handed(at, program, answer.Decision, activated.Reasons);
        }

        return null;
    }

    void AdvanceTo(Instant until, ProgramRules program)
    {
        while (AgentRun.Steps(State, Rules, until, stepwise: true) is { Count: > 0 } steps)
        {
            foreach (var step in steps)
            {
                Keep(step);
            }

            foreach (var change in steps.SelectMany(step => step.Outbox).Where(change => change is { Due: not null, InFlight: false }).ToList())
            {
                HandOver(change, program);
            }
        }
    }

    void HandOver(OutboxChange change, ProgramRules program)
    {
        var at = Instant.Max(change.Due!.Value, State.ActedAt);
        if (State.Find(change.DecisionId) is not { } decision)
        {
            return;
        }

        var (granted, reasons) = Do(at, step => Handovers.Gate(step, decision.Id));
        if (granted)
        {
            Do(at, step => Handovers.Complete(step, decision.Id, ChannelAnswer.Sent, null, "simulated", null));
        }

        Handed(at, program, decision, granted ? [] : reasons);
    }

    void Handed(Instant at, ProgramRules program, LiveDecision decision, JsonArray reasons)
    {
        if (reasons.Count > 0)
        {
            Made.Add((true, Codes(reasons), null, true));
        }
        else if (program.Message(decision.Message) is { } message)
        {
            sends.Add((at, message));
        }
    }

    void Observe(IncomingEvent[] events)
    {
        if (events.Length > 0)
        {
            Do(events[^1].OccurredAt, step => Observing.Apply(step, 1, 0, Array.ConvertAll(events, e => e with { Offset = ++offset })));
        }
    }

    T Do<T>(Instant at, Func<AgentStep, T> what)
    {
        var step = new AgentStep(State, Rules, at);
        var result = what(step);
        Keep(step);
        return result;
    }

    void Do(Instant at, Action<AgentStep> what) => Do(at, step =>
    {
        what(step);
        return true;
    });

    void Keep(AgentStep step)
    {
        State = step.State;
        foreach (var made in step.Decisions)
        {
            var record = JsonNode.Parse(made.Record)!.AsObject();
            Made.Add((record["verdict"]!.GetValue<string>() == "hold", Codes(record["reasons"]!.AsArray()), ExplorationCost.Of(record)?.Cost, false));
        }
    }

    static ImmutableArray<string> Codes(JsonArray reasons) => [.. reasons.Select(reason => reason!["code"]!.GetValue<string>()).Distinct(StringComparer.Ordinal)];
}
