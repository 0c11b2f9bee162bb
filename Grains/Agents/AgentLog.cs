using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Grains.Agents;

internal static partial class AgentLog
{
    [LoggerMessage(101, LogLevel.Warning, "Agent {Agent} could not save; it is read again from storage")]
    public static partial void SaveFailed(ILogger log, string agent, Exception error);
}
