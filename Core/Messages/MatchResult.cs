using System.Collections.Immutable;

namespace Aampe.Agents.Core.Messages;

/// <summary>One of the nearest messages, re-valued.</summary>
/// <param name="MessageId">Identity of the message.</param>
/// <param name="Distance">Weighted distance from the proto-action, ≥ 0; 0 for an exact match.</param>
/// <param name="Value">V = Σ ω·draw over its actions.</param>
public sealed record MatchCandidate(string MessageId, double Distance, double Value);

/// <summary>What the catalogue has for a proto-action.</summary>
public abstract record MatchResult
{
    MatchResult()
    {
    }

    /// <summary>No message may go to this user now: the decision holds, nothing is learnt.</summary>
    /// <param name="Masked">Messages left out because one of their actions has no draw (masked or retired).</param>
    public sealed record NoEligibleMessage(int Masked) : MatchResult;

    /// <summary>A message was found.</summary>
    /// <param name="Best">The message to send.</param>
    /// <param name="Candidates">The nearest messages, best first; ties in the order in which they would be taken.</param>
    /// <param name="Masked">Messages left out because one of their actions has no draw (masked or retired).</param>
    public sealed record Matched(MatchCandidate Best, ImmutableArray<MatchCandidate> Candidates, int Masked) : MatchResult
    {
        /// <summary>Identity of the message to send.</summary>
        public string MessageId => Best.MessageId;

        /// <summary>Whether the message is the proto-action itself.</summary>
        public bool IsExact => Best.Distance == 0;
    }
}
