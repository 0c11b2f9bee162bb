namespace Aampe.Agents.Core.Experiments;

/// <summary>A measured number with its interval, or the reason why there is none.</summary>
public abstract record Estimate
{
    Estimate()
    {
    }

    /// <summary>A number that the data support.</summary>
    /// <param name="Value">The point estimate.</param>
    /// <param name="StandardError">First-order standard error of <paramref name="Value"/>, in its unit; the interval need not be symmetric about it.</param>
    /// <param name="Low">Lower limit.</param>
    /// <param name="High">Upper limit.</param>
    /// <param name="Level">Level of the interval.</param>
    public sealed record Known(double Value, double StandardError, double Low, double High, ConfidenceLevel Level) : Estimate
    {
        /// <summary>Whether a value lies between the limits, both included.</summary>
        public bool Covers(double value) => Low <= value && value <= High;

        /// <summary>Value ± quantile · standard error.</summary>
        internal static Known Symmetric(double value, double standardError, double quantile, ConfidenceLevel level) =>
            new(value, standardError, value - quantile * standardError, value + quantile * standardError, level);
    }

    /// <summary>No number.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record NotKnown(WhyNotKnown Why) : Estimate;
}
