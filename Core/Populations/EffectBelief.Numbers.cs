namespace Aampe.Agents.Core.Populations;

public sealed partial class EffectBelief
{
    /// <summary>
    /// The belief in single precision: P, K, then index, probability and mean of each type, then the packed factor. What a decision's record keeps, and what it
    /// draws from, so that a replay draws the same.
    /// </summary>
    public float[] ToNumbers()
    {
        var numbers = new List<float>(2 + weights.Length * (2 + Dimension) + factor.Length) { Dimension, weights.Length };
        for (var t = 0; t < weights.Length; t++)
        {
            numbers.Add(types[t]);
            numbers.Add((float)weights[t]);
            foreach (var mean in MeanOf(t))
            {
                numbers.Add((float)mean);
            }
        }

        foreach (var one in factor)
        {
            numbers.Add((float)one);
        }

        return [.. numbers];
    }

    /// <summary>The belief of its numbers; its evidence is not kept and is 0.</summary>
    /// <exception cref="ArgumentException">The count of numbers does not fit.</exception>
    public static EffectBelief Of(ReadOnlySpan<float> numbers)
    {
        var (n, kept) = numbers.Length < 2 ? (0, 0) : ((int)numbers[0], (int)numbers[1]);
        if (n < 1 || kept < 1 || numbers.Length != 2 + kept * (2 + n) + n * (n + 1) / 2)
        {
            throw new ArgumentException($"A belief of {kept} types and {n} coefficients has {2 + kept * (2 + n) + n * (n + 1) / 2} numbers; these are {numbers.Length}.", nameof(numbers));
        }

        var (types, weights, means, factor) = (new int[kept], new double[kept], new double[kept * n], new double[n * (n + 1) / 2]);
        var at = 2;
        for (var t = 0; t < kept; t++)
        {
            types[t] = (int)numbers[at++];
            weights[t] = numbers[at++];
            for (var i = 0; i < n; i++)
            {
                means[t * n + i] = numbers[at++];
            }
        }

        for (var i = 0; i < factor.Length; i++)
        {
            factor[i] = numbers[at++];
        }

        return new(n, factor, means, weights, types, 0);
    }
}
