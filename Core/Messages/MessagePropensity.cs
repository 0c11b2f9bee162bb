using System.Collections.Immutable;
using Aampe.Agents.Core.Decisions;

namespace Aampe.Agents.Core.Messages;

/// <summary>How likely each eligible message was to be sent, over all that was random in the decision: φ, draws, ε, ties.</summary>
/// <remarks>
/// docs/method.md §11. Exact if the messages hold every combination of the candidates once: then the proto-action itself is sent.
/// Otherwise the decision is repeated: (count + ½)/(R + |E|/2).
/// </remarks>
public static class MessagePropensity
{
    /// <summary>R: repeats whose standard error is at most 0.016.</summary>
    public const int DefaultRepeats = 1000;

    /// <summary>Probabilities of all eligible messages.</summary>
    /// <param name="choices">Choices of the content sets of one decision.</param>
    /// <param name="eligible">Messages that may go to this user now; at least one whose actions are all candidates.</param>
    /// <param name="sends28d">As for <see cref="Match"/>.</param>
    /// <param name="tieHash">As for <see cref="Match"/>.</param>
    /// <param name="options">φ and ε of the choices.</param>
    /// <param name="match">Width, weights and embeddings of the match.</param>
    /// <param name="repeats">R ≥ 1, used if exactness is not to be had.</param>
    /// <param name="random">A generator of its own: it must not move the decision's draws.</param>
    public static MessageDistribution Of(
        IReadOnlyList<Choice> choices,
        IReadOnlyList<CatalogueMessage> eligible,
        Func<string, int> sends28d,
        Func<string, ulong> tieHash,
        SamplingOptions options,
        MatchOptions match,
        int repeats,
        Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        Require.Between(repeats, 1, int.MaxValue);
        var index = new CatalogueIndex(choices, eligible, sends28d, tieHash, match);
        return IsComplete(choices, index, match) ? Exact(choices, index, options) : Estimated(choices, index, options, repeats, random);
    }

    /// <summary>Probability of the decision's own actions before exploration, Π π over the sets.</summary>
    public static double BeforeExploration(IReadOnlyList<Choice> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices.Aggregate(1.0, (product, choice) => product * choice.Chosen.SampledProbability);
    }

    // With a set of weight 0 a message at distance 0 need not be the proto-action.
    static bool IsComplete(IReadOnlyList<Choice> choices, CatalogueIndex index, MatchOptions match) =>
        index.HoldsEveryCombinationOnce && choices.All(choice => match.WeightOf(choice.SetId) > 0);

    static MessageDistribution Exact(IReadOnlyList<Choice> choices, CatalogueIndex index, SamplingOptions options)
    {
        var picks = new (Choice, int)[choices.Count];
        var probabilities = ImmutableArray.CreateBuilder<MessageProbability>(index.Count);
        for (var m = 0; m < index.Count; m++)
        {
            for (var s = 0; s < picks.Length; s++)
            {
                picks[s] = (choices[s], index.ActionOf(m, s));
            }

            probabilities.Add(new(index.IdOf(m), CombinationPropensity.Of(picks, options), 0));
        }

        return new(PropensityMethod.Exact, 0, probabilities.MoveToImmutable());
    }

    static MessageDistribution Estimated(IReadOnlyList<Choice> choices, CatalogueIndex index, SamplingOptions options, int repeats, Random random)
    {
        var counts = new int[index.Count];
        var redraw = new Redraw(choices, options);
        for (var r = 0; r < repeats; r++)
        {
            redraw.Next(random);
            counts[index.Best(redraw.Proto, redraw.Draws)]++;
        }

        var total = repeats + index.Count / 2.0;
        var probabilities = ImmutableArray.CreateBuilder<MessageProbability>(index.Count);
        for (var m = 0; m < counts.Length; m++)
        {
            var p = (counts[m] + 0.5) / total;
            probabilities.Add(new(index.IdOf(m), p, Math.Sqrt(p * (1 - p) / total)));
        }

        return new(PropensityMethod.MonteCarlo, repeats, probabilities.MoveToImmutable());
    }
}
