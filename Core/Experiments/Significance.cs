using MathNet.Numerics;

namespace Aampe.Agents.Core.Experiments;

/// <summary>A test of "no difference", or the reason why it cannot be made.</summary>
public abstract record Significance
{
    Significance()
    {
    }

    /// <summary>A test that was made.</summary>
    /// <param name="Statistic">z or t: the difference in standard errors.</param>
    /// <param name="PValue">Two-sided; in [0, 1].</param>
    public sealed record Tested(double Statistic, double PValue) : Significance;

    /// <summary>No test.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record NotKnown(WhyNotKnown Why) : Significance;

    /// <summary>The test of a standard normal statistic.</summary>
    internal static Tested Normal(double z) => new(z, SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2)));
}
