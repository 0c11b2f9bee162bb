using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Grains.Budgets;

static partial class BudgetLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "What budgets have given could not be stored; nothing more is given until it is read again.")]
    public static partial void NotStored(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Agent} could not be asked what became of {DecisionId}; its money stays spent until it can.")]
    public static partial void NotAsked(ILogger log, string agent, string decisionId, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The budgets could not be told what became of {DecisionId} of {Agent}; they will ask.")]
    public static partial void NotTold(ILogger log, string agent, string decisionId, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Agent} could not give back what was paid for {DecisionId}; it stays spent.")]
    public static partial void NotRefunded(ILogger log, string agent, string decisionId, Exception error);
}
