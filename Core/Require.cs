using System.Numerics;
using System.Runtime.CompilerServices;

namespace Aampe.Agents.Core;

/// <summary>Checks at the door of a value: behind a constructor that used these, nothing checks again.</summary>
public static class Require
{
    /// <summary>A finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is NaN or infinite.</exception>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite; was {value}.");

    /// <summary>A finite number above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is NaN, infinite or ≤ 0.</exception>
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and > 0; was {value}.");

    /// <summary>A finite number of 0 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is NaN, infinite or negative.</exception>
    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) && value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and ≥ 0; was {value}.");

    /// <summary>A value between two limits, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside, or is NaN.</exception>
    public static T Between<T>(T value, T low, T high, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : INumber<T> =>
        value >= low && value <= high ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {low} to {high}; was {value}.");
}
