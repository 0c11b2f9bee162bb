namespace Aampe.Agents.Silo.Delivery;

internal static partial class DeliveryLog
{
    [LoggerMessage(601, LogLevel.Warning, "Decision {Decision} could not be handed over; it stays in the outbox")]
    public static partial void Stuck(ILogger log, string decision, Exception error);

    [LoggerMessage(602, LogLevel.Warning, "Adapter {Adapter} failed on decision {Decision}: {Outcome}")]
    public static partial void AdapterFailed(ILogger log, string adapter, string decision, string outcome, Exception error);

    [LoggerMessage(603, LogLevel.Warning, "Decision {Decision} cannot be rendered ({Code}) and is void: {Detail}")]
    public static partial void Unrenderable(ILogger log, string decision, string code, string detail);

    [LoggerMessage(604, LogLevel.Error, "Nobody knows whether decision {Decision} went out on {Channel}: the process stopped in the middle of the call. It is not sent again")]
    public static partial void UnknownFate(ILogger log, string decision, string channel);

    [LoggerMessage(605, LogLevel.Error, "The outbox could not be worked; trying again")]
    public static partial void LoopFailed(ILogger log, Exception error);

    [LoggerMessage(606, LogLevel.Warning, "What became of money that hand-overs took could not be asked for; trying again")]
    public static partial void BillsNotAsked(ILogger log, Exception error);
}
