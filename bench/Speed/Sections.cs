using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Bench.Speed;

/// <summary>Which part of an agent's record takes which bytes: its length less that without the part.</summary>
static class Sections
{
    static readonly (string Name, Func<AgentState, AgentState> Without)[] parts =
    [
        ("history", state => state with { History = state.History with { Events = [] } }),
        ("day counters", state => state with { History = state.History with { Days = Core.Effects.DayCounters.Empty } }),
        ("dedupe window", state => state with { Seen = DedupeWindow.Empty }),
        ("person", state => state with { Attributes = state.Attributes.Clear(), Addresses = state.Addresses.Clear(), Consents = [], Zone = null }),
        ("standings", state => state with { Standings = state.Standings.Clear() }),
        ("evidence and recent effects", state => state with { Evidence = state.Evidence.Clear(), RecentEffects = [], Revisable = [] }),
        ("joint effects", state => state with { JointEffects = state.JointEffects.Clear() }),
        ("live decisions", state => state with { Decisions = [] }),
        ("sends", state => state with { Sends = [] }),
    ];

    /// <summary>Prints the bytes of the whole and of its parts.</summary>
    public static void Tell(Report report, string name, AgentState[] states)
    {
        report.Add($"{name}: events kept", [.. states.Select(state => (double)state.History.Events.Length)], "events", null);
        report.Add($"{name}: record", [.. states.Select(Length)], "bytes", null);
        report.Add($"{name}: record beside its dedupe window", [.. states.Select(state => Length(state with { Seen = DedupeWindow.Empty }))], "bytes", null);
        foreach (var (part, without) in parts)
        {
            report.Add($"{name}: {part}", [.. states.Select(state => Length(state) - Length(without(state)))], "bytes", null);
        }
    }

    static double Length(AgentState state) => AgentStateCodec.Pack(state).Length;
}
