namespace Aampe.Agents.Core.Experiments;

/// <summary>The policy that is asked about: the probability of each action in each context.</summary>
public sealed class TargetPolicy
{
    readonly Dictionary<string, IReadOnlyDictionary<string, double>> shares;

    /// <summary>A policy.</summary>
    /// <param name="shares">Context → action → probability; each context sums to 1 within 1e-9.</param>
    /// <exception cref="ArgumentException">A probability outside [0, 1], or a context whose probabilities do not sum to 1.</exception>
    public TargetPolicy(IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        foreach (var (context, actions) in shares)
        {
            var sum = actions.Values.Sum(share => Require.Between(share, 0, 1));
            if (Math.Abs(sum - 1) > 1e-9)
            {
                throw new ArgumentException($"The probabilities of context \"{context}\" must sum to 1; they sum to {sum}.", nameof(shares));
            }
        }

        this.shares = shares.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }

    /// <summary>Actions of a context with their probabilities.</summary>
    /// <exception cref="ArgumentException">The policy does not say what it does in this context.</exception>
    public IReadOnlyDictionary<string, double> In(string context) =>
        shares.TryGetValue(context, out var actions) ? actions : throw new ArgumentException($"The target policy names no probabilities for context \"{context}\"; add them.", nameof(context));
}
