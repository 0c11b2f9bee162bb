using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Budgets;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Log;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Grains.Budgets;

/// <summary>Asks agents what became of hand-overs that nobody told the ledger of: each silo those of its own partitions.</summary>
public sealed class OpenBills(RulesCache rules, IGrainFactory grains, AgentReferences references, PartitionOwners owners, IEventLog eventLog, ILogger<OpenBills> log)
{
    /// <summary>Asks for all that are overdue.</summary>
    /// <returns>Bills whose fate is known now.</returns>
    public async Task<int> AskAsync(CancellationToken stop)
    {
        if (!rules.HasBudgets)
        {
            return 0;
        }

        var ledger = grains.GetGrain<IBudgetLedger>(AgentKey.DefaultTenant);
        var settled = 0;
        foreach (var bill in await ledger.OverdueAsync())
        {
            stop.ThrowIfCancellationRequested();
            if (!owners.IsMine(Partitioning.OfKey(bill.Agent, eventLog.Partitions)))
            {
                continue;
            }

            try
            {
                var fate = await references.Of(bill.Agent).PaidAsync(bill.DecisionId);
                if (fate != PaidFate.UnderWay)
                {
                    await ledger.AnswerAsync(bill, fate == PaidFate.Kept);
                    settled++;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                // It stays spent; the next round asks again.
                BudgetLog.NotAsked(log, bill.Agent, bill.DecisionId, error);
            }
        }

        return settled;
    }
}
