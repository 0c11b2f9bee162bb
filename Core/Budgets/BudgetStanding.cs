using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Budgets;

/// <summary>How a budget stands in its period.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Program">Program that states it; empty = the workspace.</param>
/// <param name="Span">The period.</param>
/// <param name="Spent">Spent in it; hand-overs under way are in it.</param>
/// <param name="UnderWay">What of it belongs to hand-overs whose end is not known yet.</param>
/// <param name="Price">What a message over its channel costs where it does not say; null = the budget is for all channels, or nobody says.</param>
public sealed record BudgetStanding(Budget Budget, string Program, BudgetSpan Span, decimal Spent, decimal UnderWay, Price? Price)
{
    /// <summary>What is left of the period; never below 0, also where the budget was lowered under what is spent.</summary>
    public decimal Left => Math.Max(0, Budget.Amount - Spent);

    /// <summary>How many more messages it pays at <see cref="Price"/>; null where that is not known or nothing.</summary>
    public long? MessagesLeft => Price is { Amount: > 0 } price && price.Currency == Budget.Currency ? (long)Math.Floor(Left / price.Amount) : null;

    /// <summary>In words.</summary>
    public string Text => LimitWords.Of(Budget, Program.Length > 0);

    /// <summary>Every budget that holds: the workspace's, then those of programs.</summary>
    /// <param name="settings">The workspace.</param>
    /// <param name="programs">Programs that act.</param>
    /// <param name="at">Moment that tells the periods.</param>
    /// <param name="spent">What the ledger says of a period: spent, and under way.</param>
    public static IEnumerable<BudgetStanding> Of(WorkspaceSettings settings, IEnumerable<ProgramDefinition> programs, Instant at, Func<SpendingSlot, (decimal Spent, decimal UnderWay)> spent)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(spent);
        return settings.Guardrails.Budgets.Select(budget => ("", budget))
            .Concat(programs.SelectMany(program => program.Guardrails.Budgets.Select(budget => (program.Id, budget))))
            .Select(one => Of(settings, one.Item1, one.budget, at, spent));
    }

    static BudgetStanding Of(WorkspaceSettings settings, string program, Budget budget, Instant at, Func<SpendingSlot, (decimal Spent, decimal UnderWay)> spent)
    {
        var span = BudgetSpan.Of(budget.Per, at, settings.TimeZone);
        var (sum, open) = spent(new SpendingSlot(Charge.KeyOf(program, budget), span.Name));
        return new BudgetStanding(budget, program, span, sum, open, budget.Channel is { } channel ? settings.CostPerSend.GetValueOrDefault(channel) : null);
    }
}
