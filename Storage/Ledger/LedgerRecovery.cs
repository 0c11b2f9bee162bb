using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>What rows lack of a ledger's tail.</summary>
internal static class LedgerRecovery
{
    /// <summary>One commit per agent that brings its row to where the ledger is; none for an agent whose row is there already.</summary>
    /// <exception cref="InvalidDataException">A row is damaged, or steps are missing.</exception>
    public static async ValueTask<List<AgentCommit>> OfAsync(int partition, IReadOnlyList<LedgerRow> tail, IAgentStore rows, CancellationToken stop)
    {
        var agents = tail.SelectMany(row => LedgerPack.Read(partition, row)).GroupBy(step => step.Key, StringComparer.Ordinal).OrderBy(steps => steps.Key, StringComparer.Ordinal).ToList();
        var versions = (await rows.ReadManyAsync([.. agents.Select(steps => steps.Key)], stop).ConfigureAwait(false)).ToDictionary(row => row.Key, row => row.Version, StringComparer.Ordinal);
        var missing = new List<AgentCommit>();
        foreach (var agent in agents)
        {
            var version = versions.GetValueOrDefault(agent.Key);
            var steps = agent.Where(step => step.ExpectedVersion >= version).ToList();
            foreach (var step in steps)
            {
                version = step.ExpectedVersion == version
                    ? version + step.Steps
                    : throw new InvalidDataException($"The ledger of partition {partition} has agent {agent.Key} at version {step.ExpectedVersion} where {version} is next: steps are missing. Restore the store from a backup (docs/operations.md).");
            }

            if (steps.Count > 0)
            {
                missing.Add(CommitChain.Join(steps));
            }
        }

        return missing;
    }
}
