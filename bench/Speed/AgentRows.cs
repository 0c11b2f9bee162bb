using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Bench.Speed;

/// <summary>What happens inside an agent: events, decisions, and its packed record.</summary>
sealed class AgentRows
{
    const int Slices = 512;
    readonly SpeedTown town = new("joint");
    readonly AgentState[] typical;
    readonly AgentState heavy;

    public AgentRows()
    {
        typical = [.. town.Agents.Where(agent => agent.JointEffects.Count > 0 && agent.History.Events.Length >= 40).Take(64).Select(agent => WithEvents(agent, 40))];
        heavy = town.Agents.OrderByDescending(agent => agent.History.Events.Length).First();
    }

    // So many events in the ring, and what else four weeks brought.
    static AgentState WithEvents(AgentState agent, int events) => agent with { History = agent.History with { Events = agent.History.Events[^events..] } };

    /// <summary>Events into agents: one a call, and ten a call.</summary>
    public void Observe(Report report)
    {
        var payload = Slice(0, 1)[0].Payload;
        var floor = Cost.Of(_ => JsonPass.Over(payload.Span));
        report.Add("floor: JSON pass over an event", floor.Microseconds, "µs CPU", null);
        foreach (var size in (int[])[1, 10])
        {
            var slices = Enumerable.Range(0, Slices).Select(slice => Slice(slice, size)).ToArray();
            Cost.Of(i =>
            {
                var step = new AgentStep(typical[i % typical.Length], town.Rules, town.Now);
                Observing.Apply(step, 1, 0, slices[i % Slices]);
                return step.JournalBytes();
            }, size).Tell(report, $"observe: {size} a call, each event", floor.Median);
            Cost.Of(i => EventFacts.Read(slices[i % Slices][0].Payload)).Tell(report, $"  of it: facts of an event", floor.Median);
            Cost.Of(i =>
            {
                var step = new AgentStep(typical[i % typical.Length], town.Rules, town.Now);
                Observing.Apply(step, 1, 0, slices[i % Slices]);
                return AgentStateCodec.Pack(step.State);
            }, size).Tell(report, $"observe and pack: {size} a call, each event", floor.Median);
        }
    }

    /// <summary>A decision that fell due, with its record, its journal and the packed agent.</summary>
    public void Tick(Report report)
    {
        var due = town.Deciding.TakeLast(64).ToArray();
        var floor = Cost.Of(i => AgentStateCodec.Unpack(AgentStateCodec.Pack(due[i % due.Length].State)));
        report.Add("floor: pack and unpack the agent", floor.Microseconds, "µs CPU", null);
        Cost.Of(i => Run(due[i % due.Length], town.Rules)).Tell(report, "tick: decision, record, journal", floor.Median);
        Cost.Of(i => (AgentStateCodec.Pack(Run(due[i % due.Length], town.Rules).State), Scheduling.NextDue(due[i % due.Length].State, town.Rules, town.Now)))
            .Tell(report, "tick, packed, next due", floor.Median);
        Parts(report, due);
        Beta(report);
        report.Add("bytes of a decision's record", [.. due.Select(one => (double)Run(one, town.Rules).Decisions[0].Record.Length)], "bytes", null);
        report.Add("bytes of a tick's journal", [.. due.Select(one => (double)Run(one, town.Rules).JournalBytes().Length)], "bytes", null);
    }

    void Parts(Report report, Waiting[] due)
    {
        var program = town.Rules.Find(SuperApp.Catalogue.ProgramFiles.Orders)!;
        var records = due.Select(one => JsonNode.Parse(Run(one, town.Rules).Decisions[0].Record)!.AsObject()).ToArray();
        var inputs = records.Select(DecisionRecord.Read).ToArray();
        report.Add("  of it: redraws of the propensity", [.. inputs.Select(one => one.Joint!.Plan.Sampled)], "share drawn", null);
        Cost.Of(i => JointBelief.Of(due[i % due.Length].State, program, due[i % due.Length].Due)).Tell(report, "  of it: belief", null);
        Cost.Of(i => Drawing.Draw(inputs[i % due.Length], id => program.Message(id)!)).Tell(report, "  of it: draw and propensity", null);
        Cost.Of(i => CanonicalJson.Serialize(records[i % due.Length])).Tell(report, "  of it: bytes of the record's tree", null);
    }

    /// <summary>Packing and unpacking.</summary>
    public void Codec(Report report)
    {
        var records = typical.Select(AgentStateCodec.Pack).ToArray();
        Cost.Of(i => AgentStateCodec.Pack(typical[i % typical.Length])).Tell(report, "pack a typical agent", null);
        Cost.Of(i => AgentStateCodec.Unpack(records[i % records.Length])).Tell(report, "unpack a typical agent", null);
    }

    /// <summary>Bytes at rest by section, and on the heap.</summary>
    public void Bytes(Report report)
    {
        var paper = new SpeedTown("beta").Agents.Where(agent => agent.Evidence.Count > 0 && agent.History.Events.Length >= 40).Take(64).Select(agent => WithEvents(agent, 10)).ToArray();
        foreach (var (name, states) in (ReadOnlySpan<(string, AgentState[])>)[("typical", typical), ("typical, 10 events", [.. typical.Select(agent => WithEvents(agent, 10))]), ("Beta, 10 events", paper), ("heavy", [heavy])])
        {
            Sections.Tell(report, name, states);
        }

        report.Add("typical: bytes on the heap, unpacked", [Heap.Of(typical)], "bytes", null);
        report.Add("heavy: bytes on the heap, unpacked", [Heap.Of([heavy])], "bytes", null);
    }

    static void Beta(Report report)
    {
        var paper = new SpeedTown("beta");
        var due = paper.Deciding.TakeLast(64).ToArray();
        Cost.Of(i => Run(due[i % due.Length], paper.Rules)).Tell(report, "tick: the same program with Beta posteriors", null);
    }

    static AgentStep Run(Waiting one, AgentRules rules)
    {
        var steps = AgentRun.Steps(one.State, rules, one.Due, stepwise: false);
        _ = steps[0].JournalBytes();
        return steps[^1];
    }

    IncomingEvent[] Slice(int slice, int size) => [.. Enumerable.Range(0, size).Select(i =>
    {
        var number = 1_000_000 + slice * size + i;
        var at = town.Now - TimeSpan.FromSeconds(size - i);
        var name = (i % 4) switch { 0 => "App Opened", 1 => "Menu Viewed", 2 => "Food Cart Started", _ => "Food Order Placed" };
        return new IncomingEvent(number, IncomingKind.Track, name, "app", false, SpeedTown.Id(number), at, at,
            SpeedTown.Payload("user-1", name, SpeedTown.Id(number), at.ToDateTimeOffset(), "Europe/Paris", i % 4 == 3 ? 12.5 : null));
    })];
}
