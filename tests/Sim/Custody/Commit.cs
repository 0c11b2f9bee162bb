using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Sim.Custody;

/// <summary>A message on its way, as stored.</summary>
internal sealed record OutboxRow(string DecisionId, string Key, string Channel, long Due, bool InFlight, int Attempts);

/// <summary>Everything that steps of one agent change: stored whole or not at all.</summary>
internal sealed record Commit
{
    public required string Key { get; init; }

    /// <summary>Version read before; 0 = the agent must not exist.</summary>
    public required long Expected { get; init; }

    public required byte[] Record { get; init; }

    /// <summary>When the agent wants to be woken.</summary>
    public required long? Due { get; init; }

    public required byte[][] Journal { get; init; }

    public required MadeDecision[] Decisions { get; init; }

    public required FinalEffect[] Effects { get; init; }

    public required OutboxRow[] Outbox { get; init; }

    public required string[] OutboxDone { get; init; }

    /// <summary>When the last step began, on the one true clock: for the oracles alone.</summary>
    public required long Begun { get; init; }

    /// <summary>Turns steps into their commit, as the grain does.</summary>
    public static Commit Of(string key, long version, IReadOnlyList<AgentStep> steps, AgentRules rules, long begun)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var outbox = new Dictionary<string, OutboxRow?>(StringComparer.Ordinal);
        foreach (var change in steps.SelectMany(step => step.Outbox))
        {
            outbox[change.DecisionId] = change.Due is { } due
                ? new OutboxRow(change.DecisionId, key, change.Channel, due.UnixMilliseconds, change.InFlight, change.Attempts)
                : null;
        }

        var state = steps[^1].State;
        return new Commit
        {
            Key = key,
            Expected = version,
            Record = AgentStateCodec.Pack(state),
            Due = Scheduling.NextDue(state, rules, state.ActedAt)?.UnixMilliseconds,
            Journal = [.. steps.Select(step => step.JournalBytes()).Where(bytes => bytes.Length > 0)],
            Decisions = [.. steps.SelectMany(step => step.Decisions)],
            Effects = [.. steps.SelectMany(step => step.Effects)],
            Outbox = [.. outbox.Values.OfType<OutboxRow>()],
            OutboxDone = [.. outbox.Where(pair => pair.Value is null).Select(pair => pair.Key)],
            Begun = begun,
        };
    }

    /// <summary>Entries of a journal row.</summary>
    public static IEnumerable<JsonObject> Entries(byte[] row) => AgentJournal.Read(row).Select(entry => entry!.AsObject());
}
