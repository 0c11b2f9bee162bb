using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Grains.Agents;

/// <summary>Turns steps of an agent into the one commit that stores them.</summary>
internal static class AgentCommits
{
    public static AgentCommit Of(string key, int partition, long version, IReadOnlyList<AgentStep> steps, AgentRules rules)
    {
        var state = steps[^1].State;
        var commit = new AgentCommit
        {
            Key = key,
            ExpectedVersion = version,
            Record = new AgentImage(state),
            Partition = partition,
            Due = Scheduling.NextDue(state, rules, state.ActedAt),
            PanelRank = AgentPlace.PanelRankOf(key),
            Journal = AgentJournal.Pack([.. steps]),
            JournalEntries = steps.Sum(step => step.JournalEntries),
        };
        return steps.All(step => step.Outbox.Count + step.Decisions.Count + step.Effects.Count == 0) ? commit : WithRows(commit, key, steps);
    }

    // Most steps only observe and have none of these.
    static AgentCommit WithRows(AgentCommit commit, string key, IReadOnlyList<AgentStep> steps)
    {
        var outbox = new Dictionary<string, OutboxRow?>(StringComparer.Ordinal);
        foreach (var change in steps.SelectMany(step => step.Outbox))
        {
            outbox[change.DecisionId] = change.Due is { } due ? Row(key, change, due) : null;
        }

        return commit with
        {
            Decisions = [.. steps.SelectMany(step => step.Decisions).Select(made => new StoredDecision(made.Id, key, made.At, made.Program, RecordPacking.Pack(made.Record)))],
            Effects = [.. steps.SelectMany(step => step.Effects).Select(effect => new StoredEffect(effect.DecisionId, key, effect.At, effect.Program, RecordPacking.Pack(effect.Receipt)))],
            Outbox = [.. outbox.Values.OfType<OutboxRow>()],
            OutboxDone = [.. outbox.Where(pair => pair.Value is null).Select(pair => pair.Key)],
        };
    }

    static OutboxRow Row(string key, OutboxChange change, Instant due) =>
        new(change.DecisionId, key, change.Channel, due, change.InFlight ? OutboxStatus.InFlight : OutboxStatus.Waiting, change.Attempts);
}
