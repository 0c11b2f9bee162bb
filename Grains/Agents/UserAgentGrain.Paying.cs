using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Budgets;
using Aampe.Agents.Grains.Interfaces.Budgets;

namespace Aampe.Agents.Grains.Agents;

/// <content>Money of budgets: taken before a hand-over is stored, told or given back afterwards.</content>
public sealed partial class UserAgentGrain
{
    const int MostTries = 5;

    // Bills that this activation took and whose hand-over has not ended: most agents never have one.
    HashSet<string>? owed;

    IBudgetLedger Ledger => grains.GetGrain<IBudgetLedger>(key.Tenant);

    /// <inheritdoc/>
    public async ValueTask<PaidFate> PaidAsync(string decisionId)
    {
        Check();
        if (state.Find(decisionId) is { } decision)
        {
            return Charging.Keeps(decision) switch { null => PaidFate.UnderWay, true => PaidFate.Kept, false => PaidFate.Free };
        }

        // Made and long over, or of a life that is erased: it may have been sent. Never stored: it was not.
        return IsSilent || await store.DecisionAsync(decisionId, CancellationToken.None) is not null ? PaidFate.Kept : PaidFate.Free;
    }

    /// <summary>
    /// Takes a step, and before it is stored the money for what it hands over. Where the ledger gives none, the step is taken again knowing what is spent, and
    /// so it holds for that reason; where the rules changed meanwhile, by the new ones.
    /// </summary>
    async ValueTask<(AgentStep Step, T Result)> PayingAsync<T>(Instant at, Func<AgentStep, T> take)
    {
        var step = Begin(at);
        var result = take(step);
        List<string>? taken = null;
        for (var tries = 1; step.Bills.Count > 0; tries++)
        {
            var reply = await Ledger.TakeAsync(key.ToString(), BudgetLines.Of(step.Bills));
            rules.Spending.Learn(BudgetLines.Known(reply.Spent));
            // What was taken just now for this very step is not what the next try must find spent.
            var spending = reply.Given ? step.Spending : step.Spending.SetItems(BudgetLines.Known(reply.Spent));
            if (reply.Given)
            {
                (taken ??= []).AddRange(step.Bills.Select(bill => bill.DecisionId));
                if (ReferenceEquals(rules.Acting, step.Rules))
                {
                    break;
                }
            }

            if (tries == MostTries)
            {
                await SettleAsync(taken ?? [], kept: false);
                throw new InvalidOperationException($"What {key} hands over could not be paid in {MostTries} tries: budgets or rules changed each time.");
            }

            step = new AgentStep(state, rules.Acting, at) { Spending = spending };
            result = take(step);
        }

        if (taken is not null)
        {
            // Paid for by an earlier try, and not handed over after all.
            await SettleAsync([.. taken.Except(step.Bills.Select(bill => bill.DecisionId), StringComparer.Ordinal)], kept: false);
        }

        return (step, result);
    }

    /// <summary>Hand-overs that end with their step: they count.</summary>
    ValueTask PaidForAsync(AgentStep step) => step.Bills.Count == 0 ? ValueTask.CompletedTask : SettleAsync([.. step.Bills.Select(bill => bill.DecisionId)], kept: true);

    /// <summary>A hand-over that ends with its channel's answer.</summary>
    void Owes(AgentStep step)
    {
        foreach (var bill in step.Bills)
        {
            (owed ??= new HashSet<string>(StringComparer.Ordinal)).Add(bill.DecisionId);
        }
    }

    /// <summary>The channel has answered, and the answer is stored.</summary>
    async ValueTask AnsweredAsync(string decisionId)
    {
        if (owed?.Remove(decisionId) == true)
        {
            await SettleAsync([decisionId], state.Find(decisionId) is not { } decision || Charging.Keeps(decision) != false);
        }
    }

    // Whoever is not told asks: nothing of a step that is stored may fail by this.
    async ValueTask SettleAsync(List<string> decisions, bool kept)
    {
        if (decisions.Count == 0)
        {
            return;
        }

        try
        {
            rules.Spending.Learn(BudgetLines.Known(await Ledger.SettleAsync([.. decisions], kept)));
        }
        catch (Exception error)
        {
            BudgetLog.NotTold(log, key.ToString(), decisions[0], error);
        }
    }

    /// <summary>What was sent and is proved not to be, long after: what it cost is in the journal.</summary>
    async ValueTask RefundAsync(AgentStep step)
    {
        foreach (var decision in step.Refunds)
        {
            try
            {
                if (await BillAsync(decision) is { } bill)
                {
                    rules.Spending.Learn(BudgetLines.Known(await Ledger.RefundAsync(decision, BudgetLines.Of([bill]))));
                }
            }
            catch (Exception error)
            {
                BudgetLog.NotRefunded(log, key.ToString(), decision, error);
            }
        }
    }

    async ValueTask<Bill?> BillAsync(string decision)
    {
        await foreach (var entry in NewestFirstAsync(key.ToString(), 100))
        {
            if (Charging.Read(entry, decision) is { } bill)
            {
                return bill;
            }
        }

        return null;
    }
}
