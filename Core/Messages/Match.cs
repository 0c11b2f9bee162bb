using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Decisions;

namespace Aampe.Agents.Core.Messages;

/// <summary>Maps a proto-action to a message of the catalogue: the K nearest are re-valued with the decision's own draws, the most valuable is sent.</summary>
/// <remarks>docs/method.md §11.</remarks>
public static class Match
{
    /// <summary>Finds the message for the choices of a decision.</summary>
    /// <param name="choices">One choice a content set; their draws value the messages.</param>
    /// <param name="eligible">Messages that may go to this user now.</param>
    /// <param name="sends28d">How often a message went to this user in 28 d.</param>
    /// <param name="tieHash">Last tie-break; see <see cref="TieHash"/>.</param>
    /// <param name="options">Width, weights, embeddings.</param>
    public static MatchResult Choose(
        IReadOnlyList<Choice> choices,
        IReadOnlyList<CatalogueMessage> eligible,
        Func<string, int> sends28d,
        Func<string, ulong> tieHash,
        MatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var proto = choices.ToDictionary(choice => choice.SetId, choice => choice.Action);
        var draws = choices.ToDictionary(
            choice => choice.SetId,
            choice => (IReadOnlyDictionary<string, double>)choice.Candidates.ToDictionary(candidate => candidate.Action, candidate => candidate.Draw));
        return Choose(proto, draws, eligible, sends28d, tieHash, options);
    }

    /// <summary>Finds the message for a proto-action and the draws of all unmasked actions.</summary>
    /// <param name="proto">Action by set.</param>
    /// <param name="draws">Draw by action, by set; the same sets as <paramref name="proto"/>.</param>
    /// <param name="eligible">Messages that may go to this user now.</param>
    /// <param name="sends28d">How often a message went to this user in 28 d; fewer wins a tie of values.</param>
    /// <param name="tieHash">Smaller wins what is still tied.</param>
    /// <param name="options">Width, weights, embeddings.</param>
    /// <exception cref="ArgumentException">A message lacks an action in a set.</exception>
    public static MatchResult Choose(
        IReadOnlyDictionary<string, string> proto,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> draws,
        IReadOnlyList<CatalogueMessage> eligible,
        Func<string, int> sends28d,
        Func<string, ulong> tieHash,
        MatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(proto);
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(eligible);
        ArgumentNullException.ThrowIfNull(sends28d);
        ArgumentNullException.ThrowIfNull(tieHash);
        ArgumentNullException.ThrowIfNull(options);
        var valued = new List<MatchCandidate>(eligible.Count);
        var masked = 0;
        foreach (var message in eligible)
        {
            if (Value(message, proto, draws, options) is { } candidate)
            {
                valued.Add(candidate);
            }
            else
            {
                masked++;
            }
        }

        if (valued.Count == 0)
        {
            return new MatchResult.NoEligibleMessage(masked);
        }

        var nearest = Nearest(valued, options.Width);
        Sort(nearest, sends28d, tieHash);
        return new MatchResult.Matched(nearest[0], [.. nearest], masked);
    }

    /// <summary>Hash of message and decision for the last tie-break; the same on every machine.</summary>
    public static ulong TieHash(string messageId, string decisionId) => StableHash.Of(messageId, decisionId);

    /// <summary>Best first. Ties are rare: sends and hashes are looked up only where values are equal.</summary>
    internal static void Sort(List<MatchCandidate> nearest, Func<string, int> sends28d, Func<string, ulong> tieHash) => nearest.Sort((x, y) =>
        y.Value != x.Value ? y.Value.CompareTo(x.Value)
        : sends28d(x.MessageId).CompareTo(sends28d(y.MessageId)) is not 0 and var sends ? sends
        : tieHash(x.MessageId).CompareTo(tieHash(y.MessageId)) is not 0 and var hash ? hash
        : string.CompareOrdinal(x.MessageId, y.MessageId));

    static List<MatchCandidate> Nearest(List<MatchCandidate> valued, int width)
    {
        if (valued.Count > width)
        {
            var distances = new double[valued.Count];
            for (var i = 0; i < distances.Length; i++)
            {
                distances[i] = valued[i].Distance;
            }

            Array.Sort(distances);
            var cut = distances[width - 1];
            valued.RemoveAll(one => one.Distance > cut);
        }

        return valued;
    }

    static MatchCandidate? Value(
        CatalogueMessage message,
        IReadOnlyDictionary<string, string> proto,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> draws,
        MatchOptions options)
    {
        var (distance, value) = (0.0, 0.0);
        foreach (var (set, wanted) in proto)
        {
            if (!message.Actions.TryGetValue(set, out var action))
            {
                throw new ArgumentException($"Message '{message.Id}' has no action in set '{set}'; give it one, \"none\" if it says nothing.", nameof(message));
            }

            if (!draws[set].TryGetValue(action, out var draw))
            {
                return null;
            }

            var weight = options.WeightOf(set);
            distance += weight * options.Distance(set, wanted, action);
            value += weight * draw;
        }

        return new(message.Id, distance, value);
    }
}
