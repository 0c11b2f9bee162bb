namespace Aampe.Agents.Core.Experiments;

/// <summary>How far apart two arms are in one covariate before treatment, in standard deviations.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, balance.</remarks>
public abstract record Balance
{
    /// <summary>Size above which a difference is flagged.</summary>
    public const double FlaggedAbove = 0.1;

    Balance()
    {
    }

    /// <summary>A standardised mean difference.</summary>
    /// <param name="Value">Treated − control in pooled standard deviations; infinite when the arms are two different constants.</param>
    public sealed record Known(double Value) : Balance
    {
        /// <summary>Whether the arms differ more than a sound randomisation lets expect.</summary>
        public bool Flagged => Math.Abs(Value) > FlaggedAbove;
    }

    /// <summary>No difference can be told.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record NotKnown(WhyNotKnown Why) : Balance;

    /// <summary>Of a continuous covariate.</summary>
    /// <returns>Not known when an arm has fewer than two users.</returns>
    public static Balance OfMeans(Moments treated, Moments control) =>
        treated.N < 2 || control.N < 2
            ? new NotKnown(WhyNotKnown.TooFewUnits)
            : Standardised(treated.Mean - control.Mean, treated.Variance(), control.Variance());

    /// <summary>Of a covariate that a user has or has not: its variance is p(1 − p).</summary>
    /// <returns>Not known when an arm has no users.</returns>
    public static Balance OfProportions(Proportion treated, Proportion control) =>
        treated.Users == 0 || control.Users == 0
            ? new NotKnown(WhyNotKnown.EmptyArm)
            : Standardised(treated.Share - control.Share, treated.Share * (1 - treated.Share), control.Share * (1 - control.Share));

    static Known Standardised(double difference, double treated, double control)
    {
        var spread = Math.Sqrt((treated + control) / 2);
        return (difference, spread) switch
        {
            (0, _) => new(0),
            (_, 0) => new(double.CopySign(double.PositiveInfinity, difference)),
            _ => new(difference / spread),
        };
    }
}
