namespace Aampe.Agents.Core.Posteriors;

/// <summary>Central interval of a posterior: equal mass lies below and above.</summary>
/// <param name="Low">Lower limit, in the unit of the value.</param>
/// <param name="High">Upper limit, ≥ <paramref name="Low"/>.</param>
public readonly record struct CredibleInterval(double Low, double High)
{
    /// <summary>Width of the interval.</summary>
    public double Width => High - Low;
}
