using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>
/// k by cross-validation (docs/method.md §5, choice of k): each untreated user is left out in turn and measured against its k nearest among the others. What comes
/// out is error, since nothing was sent. Stone, <i>J. R. Stat. Soc. B</i> 36 (1974) 111.
/// </summary>
public static class NeighbourChoice
{
    /// <summary>Error of each k, over all users and times.</summary>
    /// <param name="pool">Users of one stratum.</param>
    /// <param name="times">Pseudo-interventions, apart enough to be different weeks or hours.</param>
    /// <param name="candidates">Values of k, each ≥ 1, in any order.</param>
    /// <param name="options">Windows, baseline and features; without adjustment, which has no k.</param>
    /// <returns>By k, ascending, each once; without those for which there were at no time more than k users.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A k is below 1.</exception>
    public static ImmutableArray<NeighbourError> Errors(ReadOnlySpan<ControlUser> pool, ReadOnlySpan<Instant> times, ReadOnlySpan<int> candidates, EffectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int[] ks = [.. candidates.ToArray().Distinct().Order()];
        foreach (var k in ks)
        {
            Require.Between(k, 1, int.MaxValue, nameof(candidates));
        }

        var sums = new (double Error, double Square, int Count)[ks.Length];
        foreach (var time in times)
        {
            Add(sums, pool, time, ks, options with { Adjust = false });
        }

        return [.. ks.Select((k, i) => new NeighbourError(k, sums[i].Error / sums[i].Count, sums[i].Square / sums[i].Count, sums[i].Count)).Where(one => one.Placebos > 0)];
    }

    /// <summary>The k of the least mean squared error, the smaller of equals; null for an empty table.</summary>
    public static int? Best(ImmutableArray<NeighbourError> errors) =>
        errors.IsDefaultOrEmpty ? null : errors.OrderBy(one => one.MeanSquaredError).ThenBy(one => one.Neighbours).First().Neighbours;

    static void Add((double Error, double Square, int Count)[] sums, ReadOnlySpan<ControlUser> pool, Instant time, int[] ks, EffectOptions options)
    {
        // A user without a past of its own limits nobody's days.
        var nobody = new TreatedUser(default, Instant.Earliest, null, []);
        var before = new Before(time, nobody, options.Window, options, Circumstances.Complete);
        var users = new Candidates(nobody, pool, before);
        var fitting = ks.Count(k => k < users.Count);
        if (fitting == 0)
        {
            return;
        }

        var differences = Differences(users, pool, before);
        var skip = options.Features == NeighbourFeatures.All ? 0 : 1;
        for (var user = 0; user < users.Count; user++)
        {
            var nearest = users.NearestTo(user, ks[fitting - 1], skip);
            var (sum, at) = (0.0, 0);
            for (var i = 0; i < fitting; i++)
            {
                while (at < ks[i])
                {
                    sum += differences[nearest[at++].Index];
                }

                var error = differences[user] - sum / at;
                sums[i] = (sums[i].Error + error, sums[i].Square + error * error, sums[i].Count + 1);
            }
        }
    }

    static double[] Differences(Candidates users, ReadOnlySpan<ControlUser> pool, in Before before)
    {
        var differences = new double[users.Count];
        for (var i = 0; i < differences.Length; i++)
        {
            var (pre, post) = before.Measure(pool[users.IndexOf(i)].Events.Span, users.At(i), pool[users.IndexOf(i)].Days, users.DaysOf(i));
            differences[i] = post.Value - pre.Value;
        }

        return differences;
    }
}
