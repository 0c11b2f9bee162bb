namespace Aampe.Agents.Grains.Interfaces.Budgets;

/// <summary>
/// The money of a tenant's budgets (key: tenant): the one place that gives it out, so that no budget is overspent however many silos hand over at once.
/// What it has given is durable before it is answered.
/// </summary>
[Alias("agents.IBudgetLedger")]
public interface IBudgetLedger : IGrainWithStringKey
{
    /// <summary>Takes the money for decisions of one agent, for all of them or for none. The same decision is paid once, however often it is asked for.</summary>
    /// <param name="agent">Key of the agent: it is asked what became of the decisions when nobody tells.</param>
    /// <param name="lines">What each decision takes from each budget; several of one decision belong together.</param>
    [Alias("Take")]
    ValueTask<BudgetReply> TakeAsync(string agent, BudgetLine[] lines);

    /// <summary>What became of decisions that money was taken for.</summary>
    /// <param name="decisionIds">Decisions; those that are settled already change nothing.</param>
    /// <param name="kept">Whether they count as sent; else their money is free again.</param>
    [Alias("Settle")]
    ValueTask<BudgetSpent[]> SettleAsync(string[] decisionIds, bool kept);

    /// <summary>A decision that was paid is proved not to be sent: its money is free again. Once a decision.</summary>
    [Alias("Refund")]
    ValueTask<BudgetSpent[]> RefundAsync(string decisionId, BudgetLine[] lines);

    /// <summary>Takings whose end nobody told in time, or that the ledger found open when it started.</summary>
    [Alias("Overdue")]
    ValueTask<OverdueBill[]> OverdueAsync();

    /// <summary>What the agent of an overdue taking said. Nothing changes where the decision was paid for again since.</summary>
    [Alias("Answer")]
    ValueTask AnswerAsync(OverdueBill bill, bool kept);

    /// <summary>What is spent of every period that is kept.</summary>
    [Alias("Spent")]
    ValueTask<BudgetSpent[]> SpentAsync();
}

/// <summary>What one decision takes from one budget.</summary>
/// <param name="DecisionId">Decision.</param>
/// <param name="Budget">Key of the budget.</param>
/// <param name="Period">Its period.</param>
/// <param name="Amount">Cost; above 0.</param>
/// <param name="Limit">The budget's amount.</param>
[GenerateSerializer, Alias("agents.BudgetLine"), Immutable]
public sealed record BudgetLine([property: Id(0)] string DecisionId, [property: Id(1)] string Budget, [property: Id(2)] string Period, [property: Id(3)] decimal Amount, [property: Id(4)] decimal Limit);

/// <summary>What is spent of one period of a budget.</summary>
/// <param name="Budget">Key of the budget.</param>
/// <param name="Period">Its period.</param>
/// <param name="Spent">Sum; money of hand-overs that are under way is in it.</param>
/// <param name="UnderWay">What of it was taken for hand-overs whose end is not known yet.</param>
[GenerateSerializer, Alias("agents.BudgetSpent"), Immutable]
public sealed record BudgetSpent([property: Id(0)] string Budget, [property: Id(1)] string Period, [property: Id(2)] decimal Spent, [property: Id(3)] decimal UnderWay);

/// <summary>A taking whose end is not known.</summary>
/// <param name="Agent">Key of the agent that knows.</param>
/// <param name="DecisionId">Decision.</param>
/// <param name="Stamp">Number of the taking.</param>
[GenerateSerializer, Alias("agents.OverdueBill"), Immutable]
public sealed record OverdueBill([property: Id(0)] string Agent, [property: Id(1)] string DecisionId, [property: Id(2)] long Stamp);

/// <summary>Answer to a taking.</summary>
/// <param name="Given">Whether the money was given.</param>
/// <param name="Spent">What is spent now of the periods that were asked for.</param>
[GenerateSerializer, Alias("agents.BudgetReply"), Immutable]
public sealed record BudgetReply([property: Id(0)] bool Given, [property: Id(1)] BudgetSpent[] Spent);

/// <summary>What became of a decision that money was taken for.</summary>
[GenerateSerializer, Alias("agents.PaidFate")]
public enum PaidFate
{
    /// <summary>Its channel is being called: ask again.</summary>
    UnderWay = 0,

    /// <summary>It counts as sent, or nobody knows that it does not.</summary>
    Kept = 1,

    /// <summary>It was never handed over.</summary>
    Free = 2,
}
