using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Grains.Schedules;

internal static partial class ScheduleLog
{
    [LoggerMessage(201, LogLevel.Error, "Agent {Agent} could not be advanced; it stays due and is tried again at the next tick")]
    public static partial void AgentFailed(ILogger log, string agent, Exception error);
}
