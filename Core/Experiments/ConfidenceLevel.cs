using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Experiments;

/// <summary>The share of repeated experiments whose interval covers the truth. The default value is 0.99, the paper's.</summary>
public readonly record struct ConfidenceLevel
{
    const double Usual = 0.99;

    readonly double aboveUsual;

    /// <summary>A level.</summary>
    /// <param name="value">Above 0 and below 1.</param>
    public ConfidenceLevel(double value)
    {
        Require.Positive(value);
        aboveUsual = value < 1
            ? value - Usual
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"A confidence level must be > 0 and < 1; was {value}. Write 0.99 for 99 %.");
    }

    /// <summary>0.99.</summary>
    public static ConfidenceLevel Default => default;

    /// <summary>The level, in (0, 1).</summary>
    public double Value => Usual + aboveUsual;

    /// <summary>z: half of 1 − level lies above it in the standard normal; 2.5758293035… at 0.99.</summary>
    public double NormalQuantile => -Normal.InvCDF(0, 1, (1 - Value) / 2);

    /// <summary>The same for Student's t.</summary>
    /// <param name="degreesOfFreedom">Above 0; need not be whole.</param>
    public double StudentQuantile(double degreesOfFreedom) =>
        -StudentT.InvCDF(0, 1, Require.Positive(degreesOfFreedom), (1 - Value) / 2);
}
