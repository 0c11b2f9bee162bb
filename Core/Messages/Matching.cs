using System.Collections.Immutable;
using Aampe.Agents.Core.Decisions;

namespace Aampe.Agents.Core.Messages;

/// <summary>
/// The match of one decision with default weights, by places of candidates instead of names: what <see cref="Match"/> finds, which is its oracle, and whether the
/// messages hold every combination of the candidates once. Most decisions need no more, and no redraw.
/// </summary>
sealed class Matching
{
    const int None = -1;

    readonly IReadOnlyList<Choice> choices;
    readonly IReadOnlyList<CatalogueMessage> eligible;

    // By message and set: place of its action among the candidates.
    readonly int[] places;
    readonly bool[] known;

    public Matching(IReadOnlyList<Choice> choices, IReadOnlyList<CatalogueMessage> eligible)
    {
        (this.choices, this.eligible) = (choices, eligible);
        places = new int[eligible.Count * choices.Count];
        known = new bool[eligible.Count];
        for (var m = 0; m < eligible.Count; m++)
        {
            known[m] = true;
            for (var s = 0; s < choices.Count; s++)
            {
                var place = PlaceOf(choices[s].Candidates, eligible[m].Actions[choices[s].SetId]);
                places[m * choices.Count + s] = place;
                known[m] &= place != None;
            }
        }
    }

    /// <summary>Whether each combination of candidates is one message: then the proto-action itself is sent, and its propensity is exact.</summary>
    public bool HoldsEveryCombinationOnce()
    {
        var combinations = 1L;
        foreach (var choice in choices)
        {
            combinations = Math.Min(int.MaxValue, combinations * choice.Candidates.Length);
        }

        if (combinations != known.Count(one => one))
        {
            return false;
        }

        var seen = new bool[combinations];
        for (var m = 0; m < known.Length; m++)
        {
            if (!known[m])
            {
                continue;
            }

            var code = 0;
            for (var s = 0; s < choices.Count; s++)
            {
                code = code * choices[s].Candidates.Length + places[m * choices.Count + s];
            }

            if (seen[code])
            {
                return false;
            }

            seen[code] = true;
        }

        return true;
    }

    /// <summary>The nearest messages re-valued, best first; at least one message must have candidates only.</summary>
    /// <param name="width">K.</param>
    /// <param name="sends28d">As for <see cref="Match"/>.</param>
    /// <param name="tieHash">As for <see cref="Match"/>.</param>
    public ImmutableArray<MatchCandidate> Nearest(int width, Func<string, int> sends28d, Func<string, ulong> tieHash)
    {
        var (distances, values) = (new int[known.Length], new double[known.Length]);
        Span<int> tally = stackalloc int[choices.Count + 1];
        tally.Clear();
        for (var m = 0; m < known.Length; m++)
        {
            if (!known[m])
            {
                continue;
            }

            for (var s = 0; s < choices.Count; s++)
            {
                var place = places[m * choices.Count + s];
                distances[m] += place == choices[s].ChosenIndex ? 0 : 1;
                values[m] += choices[s].Candidates[place].Draw;
            }

            tally[distances[m]]++;
        }

        var (cut, found) = (0, tally[0]);
        while (found < width && cut < choices.Count)
        {
            found += tally[++cut];
        }

        var nearest = new List<MatchCandidate>(found);
        for (var m = 0; m < known.Length; m++)
        {
            if (known[m] && distances[m] <= cut)
            {
                nearest.Add(new MatchCandidate(eligible[m].Id, distances[m], values[m]));
            }
        }

        Match.Sort(nearest, sends28d, tieHash);
        return [.. nearest];
    }

    static int PlaceOf(ImmutableArray<ChoiceCandidate> candidates, string action)
    {
        for (var j = 0; j < candidates.Length; j++)
        {
            if (candidates[j].Action == action)
            {
                return j;
            }
        }

        return None;
    }
}
