using Aampe.Agents.Core.Decisions;

namespace Aampe.Agents.Core.Messages;

/// <summary>The eligible messages with actions as indices of candidates: the match of one repeat without names or dictionaries.</summary>
/// <remarks>Same rule as <see cref="Match"/>, which is its oracle.</remarks>
sealed class CatalogueIndex
{
    readonly string[] ids;
    readonly int sets;
    readonly int[] actions;

    // By message and set: where its action stands among all candidates.
    readonly int[] places;
    readonly int[] sizes;
    readonly int[] starts;
    readonly double[] weights;

    // By set: ω·distance of candidate p to candidate a, at offset[s] + p·size + a.
    readonly double[] distances;
    readonly int[] offsets;
    readonly int width;
    readonly bool whole;
    readonly int[] tally;

    // Working memory of one repeat.
    readonly double[] distance;
    readonly double[] sorted;
    readonly double[] apart;
    readonly double[] weighted;

    public CatalogueIndex(IReadOnlyList<Choice> choices, IReadOnlyList<CatalogueMessage> eligible, Func<string, int> sends28d, Func<string, ulong> tieHash, MatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentNullException.ThrowIfNull(eligible);
        ArgumentNullException.ThrowIfNull(sends28d);
        ArgumentNullException.ThrowIfNull(tieHash);
        ArgumentNullException.ThrowIfNull(options);
        sets = choices.Count;
        width = options.Width;
        sizes = [.. choices.Select(choice => choice.Candidates.Length)];
        weights = [.. choices.Select(choice => options.WeightOf(choice.SetId))];
        starts = new int[sets];
        offsets = new int[sets];
        for (var s = 1; s < sets; s++)
        {
            starts[s] = starts[s - 1] + sizes[s - 1];
            offsets[s] = offsets[s - 1] + sizes[s - 1] * sizes[s - 1];
        }

        distances = Distances(choices, options);
        whole = distances.All(d => d is 0 or 1);
        tally = new int[sets + 1];
        var byName = choices.Select(choice => choice.Candidates.Select((candidate, j) => (candidate.Action, j)).ToDictionary(x => x.Action, x => x.j)).ToArray();

        // Sorted by the tie-break, so that of equal values the first one found is the one to take.
        var known = eligible
            .Where(message => choices.Select((choice, s) => byName[s].ContainsKey(message.Actions[choice.SetId])).All(found => found))
            .OrderBy(message => sends28d(message.Id)).ThenBy(message => tieHash(message.Id)).ThenBy(message => message.Id, StringComparer.Ordinal)
            .ToArray();
        if (known.Length == 0)
        {
            throw new ArgumentException("No eligible message has only eligible actions; the decision holds and has no message propensity.", nameof(eligible));
        }

        ids = [.. known.Select(message => message.Id)];
        actions = [.. known.SelectMany(message => choices.Select((choice, s) => byName[s][message.Actions[choice.SetId]]))];
        places = [.. actions.Select((action, i) => starts[i % sets] + action)];
        apart = new double[sizes.Sum()];
        distance = new double[ids.Length];
        sorted = new double[ids.Length];
        weighted = new double[sizes.Sum()];
    }

    public int Count => ids.Length;

    public bool HoldsEveryCombinationOnce
    {
        get
        {
            var combinations = sizes.Aggregate(1L, (product, size) => Math.Min(int.MaxValue, product * size));
            if (combinations != Count)
            {
                return false;
            }

            var seen = new HashSet<long>();
            for (var m = 0; m < Count; m++)
            {
                var code = 0L;
                for (var s = 0; s < sets; s++)
                {
                    code = code * sizes[s] + ActionOf(m, s);
                }

                seen.Add(code);
            }

            return seen.Count == Count;
        }
    }

    public string IdOf(int message) => ids[message];

    public int ActionOf(int message, int set) => actions[message * sets + set];

    /// <summary>The message that the match sends for a proto-action and its draws.</summary>
    public int Best(ReadOnlySpan<int> proto, ReadOnlySpan<double> draws)
    {
        for (var s = 0; s < sets; s++)
        {
            for (var j = 0; j < sizes[s]; j++)
            {
                weighted[starts[s] + j] = weights[s] * draws[starts[s] + j];
            }
        }

        Measure(proto);
        var cut = width >= ids.Length ? double.PositiveInfinity : whole ? CutOfWhole() : CutOfAny();
        var (best, value) = (-1, double.NegativeInfinity);
        for (var m = 0; m < ids.Length; m++)
        {
            if (distance[m] > cut)
            {
                continue;
            }

            var sum = 0.0;
            foreach (var place in places.AsSpan(m * sets, sets))
            {
                sum += weighted[place];
            }

            if (best < 0 || sum > value)
            {
                (best, value) = (m, sum);
            }
        }

        return best;
    }

    // Distances of this proto-action are laid out like the draws, so that a message's place finds both.
    void Measure(ReadOnlySpan<int> proto)
    {
        for (var s = 0; s < sets; s++)
        {
            distances.AsSpan(offsets[s] + proto[s] * sizes[s], sizes[s]).CopyTo(apart.AsSpan(starts[s]));
        }

        for (var m = 0; m < ids.Length; m++)
        {
            var sum = 0.0;
            foreach (var place in places.AsSpan(m * sets, sets))
            {
                sum += apart[place];
            }

            distance[m] = sum;
        }
    }

    // Unweighted distances are the number of sets that differ: counting finds the K-th without sorting.
    double CutOfWhole()
    {
        Array.Clear(tally);
        foreach (var d in distance)
        {
            tally[(int)d]++;
        }

        var (cut, found) = (0, tally[0]);
        while (found < width)
        {
            found += tally[++cut];
        }

        return cut;
    }

    double CutOfAny()
    {
        distance.CopyTo(sorted, 0);
        Array.Sort(sorted);
        return sorted[width - 1];
    }

    static double[] Distances(IReadOnlyList<Choice> choices, MatchOptions options) =>
        [.. choices.SelectMany(choice => choice.Candidates.SelectMany(
            wanted => choice.Candidates.Select(other => options.WeightOf(choice.SetId) * options.Distance(choice.SetId, wanted.Action, other.Action))))];
}
