using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>A message on its way to a channel, rendered.</summary>
/// <param name="DecisionId">Key of the hand-over: a channel that knows it may answer a repeat without sending again.</param>
/// <param name="Agent">Whose agent.</param>
/// <param name="Channel">push, email, sms, whatsapp or in_app.</param>
/// <param name="ProgramId">Program that decided.</param>
/// <param name="Address">Address or token of the user, when known.</param>
/// <param name="Attempt">Number of this attempt, from 1.</param>
/// <param name="At">Moment of this attempt, on the silo's clock.</param>
/// <param name="SendAt">When it was meant to go out.</param>
/// <param name="ExpiresAt">From then on it must not go out.</param>
/// <param name="Message">UTF-8 JSON: id, version, locale, category, labels, content, defaulted.</param>
public sealed record ChannelMessage(
    string DecisionId,
    AgentKey Agent,
    string Channel,
    string ProgramId,
    string? Address,
    int Attempt,
    Instant At,
    Instant SendAt,
    Instant ExpiresAt,
    ReadOnlyMemory<byte> Message);

/// <summary>A way out of the silo. It makes one call per hand-over and says what it knows of the result; retrying is the outbox's business.</summary>
public interface IChannelAdapter
{
    /// <summary>sandbox, pull, webhook, smtp, fcm, webpush, twilio or whatsapp.</summary>
    string Kind { get; }

    /// <summary>Whether a repeat under the same decision id can do no harm. Elsewhere an outcome nobody knows is never repeated.</summary>
    bool Idempotent { get; }

    /// <summary>Whether people can answer on the channel, so that their addresses must be found again.</summary>
    bool TakesReplies => false;

    /// <summary>Hands a message over.</summary>
    Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop);
}
