using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Outcomes of channels that know no decision ids: what such a channel has not surely refused is never offered again.</summary>
static class Outcomes
{
    /// <summary>Surely not taken, and worth another try.</summary>
    public static HandoverOutcome Again(ChannelMessage message, string code, TimeSpan atLeast) =>
        RetrySchedule.After(message.DecisionId, message.Attempt, message.At, atLeast) is { } next && next < message.ExpiresAt
            ? new HandoverOutcome(HandoverStatus.Retry, message.At, next, code, null) { NothingTaken = true }
            : Refused(message, code);

    /// <summary>Surely not taken, and never will be.</summary>
    public static HandoverOutcome Refused(ChannelMessage message, string code) => new(HandoverStatus.Refused, message.At, null, code, null) { NothingTaken = true };

    /// <summary>The channel may have taken it.</summary>
    public static HandoverOutcome Unknown(ChannelMessage message, string code) => new(HandoverStatus.Unknown, message.At, null, code, null);
}
