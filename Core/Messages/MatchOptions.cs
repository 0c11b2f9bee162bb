using System.Collections.Immutable;

namespace Aampe.Agents.Core.Messages;

/// <summary>How far the match looks around the proto-action.</summary>
/// <remarks>docs/method.md §11.</remarks>
public sealed record MatchOptions
{
    /// <summary>K = 10, all sets weigh 1, actions are equal or not.</summary>
    public static MatchOptions Default { get; } = new();

    /// <summary>K ≥ 1: nearest messages that are re-valued, ties at the K-th place all kept. 1 is pure nearest match, ≥ catalogue size exact argmax.</summary>
    public int Width { get; init => field = Require.Between(value, 1, int.MaxValue); } = 10;

    /// <summary>ω by set, ≥ 0; a set not named weighs 1.</summary>
    public ImmutableDictionary<string, double> SetWeights { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Embeddings of actions; where both actions have one their distance is 1 − cosine, else 0 or 1. Empty by default.</summary>
    public ImmutableDictionary<(string Set, string Action), ImmutableArray<double>> Embeddings { get; init; } =
        ImmutableDictionary<(string Set, string Action), ImmutableArray<double>>.Empty;

    /// <summary>ω of a set.</summary>
    public double WeightOf(string set) => !SetWeights.IsEmpty && SetWeights.TryGetValue(set, out var weight) ? Require.NotNegative(weight) : 1;

    /// <summary>Distance of two actions of a set, before ω: 0 or 1, or 1 − cosine of their embeddings in [0, 2].</summary>
    public double Distance(string set, string first, string second)
    {
        if (first == second)
        {
            return 0;
        }

        return !Embeddings.IsEmpty && Embeddings.TryGetValue((set, first), out var a) && Embeddings.TryGetValue((set, second), out var b) ? 1 - Cosine(a, b) : 1;
    }

    static double Cosine(ImmutableArray<double> a, ImmutableArray<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"Embeddings of one set must have one length; {a.Length} and {b.Length} differ.");
        }

        var (dot, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            dot += Require.Finite(a[i], "embedding") * Require.Finite(b[i], "embedding");
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        return aa > 0 && bb > 0 ? dot / Math.Sqrt(aa * bb) : 0;
    }
}
