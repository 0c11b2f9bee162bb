using Aampe.Agents.Core.Agents;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>Joins successive steps of one agent into the one commit that has the same end.</summary>
internal static class CommitChain
{
    /// <param name="steps">In order, each expecting the version that the one before it made; at least one.</param>
    public static AgentCommit Join(IReadOnlyList<AgentCommit> steps)
    {
        if (steps.Count == 1)
        {
            return steps[0];
        }

        var outbox = new Dictionary<string, OutboxRow?>(StringComparer.Ordinal);
        var decisions = new List<StoredDecision>();
        var effects = new List<StoredEffect>();
        foreach (var step in steps)
        {
            decisions.AddRange(step.Decisions);
            effects.AddRange(step.Effects);
            foreach (var row in step.Outbox)
            {
                outbox[row.DecisionId] = row;
            }

            foreach (var done in step.OutboxDone)
            {
                outbox[done] = null;
            }
        }

        return steps[^1] with
        {
            ExpectedVersion = steps[0].ExpectedVersion,
            Steps = steps.Sum(step => step.Steps),
            Journal = AgentJournal.Join([.. steps.Select(step => step.Journal)]),
            JournalEntries = steps.Sum(step => step.JournalEntries),
            Decisions = decisions,
            Effects = effects,
            Outbox = [.. outbox.Values.OfType<OutboxRow>()],
            OutboxDone = [.. outbox.Where(pair => pair.Value is null).Select(pair => pair.Key)],
        };
    }
}
