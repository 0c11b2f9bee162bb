using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>One user of the cohort as the neighbour search sees it.</summary>
/// <param name="Features">Standardised behaviour vector.</param>
/// <param name="Successes">Successes with this (context, set, action).</param>
/// <param name="Trials">Trials with it.</param>
public sealed record SimilarUser(ImmutableArray<double> Features, double Successes, double Trials);

/// <summary>Option: a prior weighted towards the users whose behaviour resembles this one's.</summary>
/// <remarks>docs/method.md §9, similar users: the 50 of largest cosine, similarity at least 0.1.</remarks>
public static class SimilarUsers
{
    /// <summary>r: how many similar users count.</summary>
    public const int DefaultNearest = 50;

    /// <summary>Smallest similarity that counts.</summary>
    public const double SimilarityFloor = 0.1;

    /// <summary>The cohort's prior moved by the similar users' weighted counts: mean (α + s_w)/(α + β + n_w), strength that of the cohort.</summary>
    /// <param name="features">Standardised behaviour vector of the user.</param>
    /// <param name="others">Other users of the cohort.</param>
    /// <param name="cohort">Prior of the cohort.</param>
    /// <param name="nearest">r ≥ 1.</param>
    /// <param name="strengthCap">M_max ≥ 2.</param>
    public static BetaPosterior Prior(ReadOnlySpan<double> features, IReadOnlyList<SimilarUser> others, BetaPosterior cohort, int nearest, double strengthCap)
    {
        ArgumentNullException.ThrowIfNull(others);
        Require.Between(nearest, 1, int.MaxValue);
        Require.Between(strengthCap, 2, double.MaxValue);
        var similar = new List<(double Similarity, SimilarUser User)>();
        foreach (var other in others)
        {
            var similarity = Cosine(features, other.Features.AsSpan());
            if (similarity >= SimilarityFloor)
            {
                Require.Between(other.Successes, 0, Require.NotNegative(other.Trials), nameof(others));
                similar.Add((similarity, other));
            }
        }

        var (s, n) = (0.0, 0.0);
        foreach (var (similarity, user) in similar.OrderByDescending(one => one.Similarity).Take(nearest))
        {
            s += similarity * user.Successes;
            n += similarity * user.Trials;
        }

        var mean = (cohort.Alpha + s) / (cohort.Strength + n);
        var strength = Math.Clamp(cohort.Strength, 2, strengthCap);
        return new(mean * strength, (1 - mean) * strength);
    }

    /// <summary>Behaviour vector of a user before it is standardised: f1 … f7 of docs/method.md §5, then the share that each event type has of the user's events.</summary>
    /// <param name="features">f1 … f7, or some of them; finite.</param>
    /// <param name="events">Number of the user's events by type.</param>
    /// <param name="types">Types in the order of the vector; one the user never had has share 0, as all have of a user without events.</param>
    public static double[] Behaviour(ReadOnlySpan<double> features, IReadOnlyDictionary<string, long> events, IReadOnlyList<string> types)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(types);
        var vector = new double[features.Length + types.Count];
        for (var i = 0; i < features.Length; i++)
        {
            vector[i] = Require.Finite(features[i]);
        }

        var all = events.Values.Sum(count => Require.Between(count, 0, long.MaxValue));
        for (var i = 0; i < types.Count && all > 0; i++)
        {
            vector[features.Length + i] = (double)events.GetValueOrDefault(types[i]) / all;
        }

        return vector;
    }

    /// <summary>Cosine of two vectors, in [−1, 1]; 0 if one is all 0.</summary>
    public static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"Vectors of one cohort have one length; {a.Length} and {b.Length} differ.", nameof(b));
        }

        var (dot, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            dot += Require.Finite(a[i], nameof(a)) * Require.Finite(b[i], nameof(b));
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        return aa > 0 && bb > 0 ? dot / Math.Sqrt(aa * bb) : 0;
    }

    /// <summary>Each feature less its mean, over its standard deviation (divisor n − 1); a constant feature becomes 0.</summary>
    public static ImmutableArray<ImmutableArray<double>> Standardise(IReadOnlyList<IReadOnlyList<double>> users)
    {
        ArgumentNullException.ThrowIfNull(users);
        var width = users.Count == 0 ? 0 : users[0].Count;
        var (means, spreads) = (new double[width], new double[width]);
        for (var k = 0; k < width; k++)
        {
            means[k] = users.Average(user => user[k]);
            spreads[k] = users.Count < 2 ? 0 : Math.Sqrt(users.Sum(user => (user[k] - means[k]) * (user[k] - means[k])) / (users.Count - 1));
        }

        return [.. users.Select(user => user.Select((x, k) => spreads[k] > 0 ? (x - means[k]) / spreads[k] : 0).ToImmutableArray())];
    }
}
