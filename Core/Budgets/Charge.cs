using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Budgets;

/// <summary>What one send means to one budget.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Program">Program that states it; empty = the workspace.</param>
/// <param name="Cost">What the send costs; null = nothing is known of a cost, and it takes nothing.</param>
/// <param name="Span">The period that it is taken from.</param>
public sealed record Charge(Budget Budget, string Program, Price? Cost, BudgetSpan Span)
{
    /// <summary>Budget and period in the ledger.</summary>
    public SpendingSlot Slot => new(KeyOf(Program, Budget), Span.Name);

    /// <summary>
    /// Key of a budget in the ledger. A budget in another currency or with another kind of period is another one; one whose amount or channel changes goes on
    /// with what it has spent.
    /// </summary>
    public static string KeyOf(string program, Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return $"{(program.Length == 0 ? "workspace" : $"program/{program}")}/{budget.Id}/{Budget.NameOf(budget.Per)}/{budget.Currency}";
    }

    /// <summary>Whether any budget pays for anything.</summary>
    public static bool Any(WorkspaceSettings settings, ProgramDefinition? program) => settings.Guardrails.Budgets.Length > 0 || program is { Guardrails.Budgets.Length: > 0 };

    /// <summary>The budgets that a send falls under: the workspace's, then the program's.</summary>
    /// <param name="settings">The workspace.</param>
    /// <param name="program">The program that speaks; null = the workspace's budgets alone.</param>
    /// <param name="channel">Channel of the message.</param>
    /// <param name="own">What the message itself says that it costs.</param>
    /// <param name="at">The hand-over.</param>
    public static IEnumerable<Charge> Of(WorkspaceSettings settings, ProgramDefinition? program, string channel, Price? own, Instant at)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var cost = settings.CostOf(channel, own);
        foreach (var budget in settings.Guardrails.Budgets)
        {
            if (budget.Pays(channel))
            {
                yield return new Charge(budget, "", cost, BudgetSpan.Of(budget.Per, at, settings.TimeZone));
            }
        }

        foreach (var budget in program?.Guardrails.Budgets ?? [])
        {
            if (budget.Pays(channel))
            {
                yield return new Charge(budget, program!.Id, cost, BudgetSpan.Of(budget.Per, at, settings.TimeZone));
            }
        }
    }

    /// <summary>
    /// What the budget says: value is what was spent before this send, limit the budget's amount. A cost in another currency cannot be compared and is refused.
    /// </summary>
    /// <param name="spent">Spent of the period so far.</param>
    public GuardrailVerdict Check(decimal spent)
    {
        if (Cost is { Amount: > 0 } cost && cost.Currency != Budget.Currency)
        {
            return new GuardrailVerdict(Budget.Id, HoldReason.Budget, false, null, (double)Budget.Amount, null);
        }

        var needed = Cost?.Amount ?? 0;
        var passed = needed == 0 || spent + needed <= Budget.Amount;
        // What costs more than the whole budget is not paid by the next one either.
        return new GuardrailVerdict(Budget.Id, HoldReason.Budget, passed, (double)spent, (double)Budget.Amount, passed || needed > Budget.Amount ? null : Span.To);
    }
}
