namespace Aampe.Agents.Core.Populations;

/// <summary>Noise of a day's outcome.</summary>
public static class RowNoise
{
    /// <summary>Variance of a day's outcome: dispersion times what is expected of it, messages included, and never below what a quiet day has.</summary>
    /// <param name="dispersion">Variance over expectation, &gt; 0.</param>
    /// <param name="expected">Expected without messages, ≥ 0.</param>
    /// <param name="brought">What messages are believed to bring; negative where they harm.</param>
    /// <param name="least">What a user of whom nothing is expected has, &gt; 0.</param>
    /// <returns>&gt; 0.</returns>
    public static double Variance(double dispersion, double expected, double brought, double least = 0.02) =>
        Require.Positive(dispersion) * Math.Max(expected + brought, 0.3 * Require.Between(expected, 0, double.MaxValue) + Require.Positive(least));
}
