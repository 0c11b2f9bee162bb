namespace Aampe.Agents.Core.Programs;

/// <summary>Whether costs and budgets are in one currency: rates are not converted.</summary>
public static class BudgetChecks
{
    /// <summary>What of a program does not fit the workspace's budgets and prices, or its own; empty = it fits.</summary>
    public static IEnumerable<ProgramError> Of(ProgramDefinition program, WorkspaceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(settings);
        for (var m = 0; m < program.Messages.Length; m++)
        {
            var message = program.Messages[m];
            if (message.CostPerSend is { } cost && Other(settings.Guardrails, "the workspace's", message.Channel, cost) is { } wrong)
            {
                yield return new ProgramError($"/messages/{m}/costPerSend/currency", ProgramErrorCode.NotAllowed, wrong);
            }
            else if (settings.CostOf(message.Channel, message.CostPerSend) is { } paid && Other(program.Guardrails, "this program's", message.Channel, paid) is { } own)
            {
                yield return message.CostPerSend is null
                    ? new ProgramError("/guardrails/budgets", ProgramErrorCode.NotAllowed, $"message \"{message.Id}\" costs what the workspace says of {message.Channel}: {own}")
                    : new ProgramError($"/messages/{m}/costPerSend/currency", ProgramErrorCode.NotAllowed, own);
            }
        }
    }

    /// <summary>Prices of channels that the workspace's own budgets cannot count.</summary>
    internal static void Check(WorkspaceSettings settings, List<ProgramError> errors)
    {
        foreach (var (channel, cost) in settings.CostPerSend)
        {
            if (Other(settings.Guardrails, "the workspace's", channel, cost) is { } wrong)
            {
                errors.Add(new ProgramError($"/costPerSend/{channel}/currency", ProgramErrorCode.NotAllowed, wrong));
            }
        }
    }

    static string? Other(Guardrails rails, string whose, string channel, Price cost) =>
        rails.Budgets.FirstOrDefault(budget => budget.Pays(channel) && budget.Currency != cost.Currency) is { } budget
            ? $"must be {budget.Currency}, as {whose} budget \"{budget.Id}\" that it is paid from; was \"{cost.Currency}\". Rates are not converted"
            : null;
}
