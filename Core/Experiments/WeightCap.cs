namespace Aampe.Agents.Core.Experiments;

/// <summary>Largest importance weight that a row may have. The default is no cap: unbiased, and at the mercy of one rare row.</summary>
public readonly record struct WeightCap
{
    /// <summary>The cap that is usual where there is one.</summary>
    public const double Usual = 20;

    readonly double? largest;

    WeightCap(double largest) => this.largest = largest;

    /// <summary>No cap.</summary>
    public static WeightCap None => default;

    /// <summary>A cap.</summary>
    /// <param name="largest">Above 0.</param>
    public static WeightCap At(double largest) => new(Require.Positive(largest));

    internal double Apply(double weight) => largest is { } cap ? Math.Min(weight, cap) : weight;
}
