using System.Collections.Immutable;

namespace Aampe.Agents.Core.Messages;

/// <summary>How a message's probability is known. The numbers are stored; they never change meaning.</summary>
public enum PropensityMethod
{
    /// <summary>By integration; within 1e-6.</summary>
    Exact = 0,

    /// <summary>By repeating the decision with fresh draws: Estimated, with a standard error.</summary>
    MonteCarlo = 1,
}

/// <summary>Probability with which the whole rule sends a message.</summary>
/// <param name="MessageId">Identity of the message.</param>
/// <param name="Probability">After φ and ε: what off-policy evaluation divides by; &gt; 0.</param>
/// <param name="StandardError">0 where exact, else of the binomial kind.</param>
public sealed record MessageProbability(string MessageId, double Probability, double StandardError);

/// <summary>Probabilities of all eligible messages of a decision.</summary>
/// <param name="Method">How they are known.</param>
/// <param name="Repeats">Redraws behind them; 0 where exact.</param>
/// <param name="Messages">One entry an eligible message, in the order of the tie-break (fewest sends, then hash); they sum to 1.</param>
/// <remarks>docs/method.md §11.</remarks>
public sealed record MessageDistribution(PropensityMethod Method, int Repeats, ImmutableArray<MessageProbability> Messages)
{
    /// <summary>Entry of a message.</summary>
    /// <exception cref="KeyNotFoundException">The message was not eligible.</exception>
    public MessageProbability Of(string messageId) =>
        Messages.FirstOrDefault(one => one.MessageId == messageId) ?? throw new KeyNotFoundException($"Message '{messageId}' was not eligible in this decision.");

    /// <summary>Probability that the message sent carries an action in a set: what per-set off-policy evaluation divides by.</summary>
    /// <param name="catalogue">The eligible messages of the same decision.</param>
    /// <param name="set">Name of the set.</param>
    /// <param name="action">Name of the action.</param>
    public double Marginal(IReadOnlyList<CatalogueMessage> catalogue, string set, string action)
    {
        var carrying = catalogue.Where(message => message.Actions[set] == action).Select(message => message.Id).ToHashSet();
        return Messages.Where(one => carrying.Contains(one.MessageId)).Sum(one => one.Probability);
    }
}
