namespace Aampe.Agents.Core.Experiments;

/// <summary>What another policy would have got, judged from rows that the logging policy left with the probability of each choice.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, off-policy evaluation.</remarks>
public abstract record OffPolicy
{
    /// <summary>Effective number of rows below which an answer is flagged.</summary>
    public const double FewestEffectiveRows = 100;

    /// <summary>Folds of the outcome model: a row is predicted from the other folds.</summary>
    public const int Folds = 5;

    OffPolicy()
    {
    }

    /// <summary>An answer.</summary>
    /// <param name="InverseProbability">IPS: mean of ρ·r, unbiased.</param>
    /// <param name="SelfNormalised">SNIPS: Σρr / Σρ; a little biased, much steadier.</param>
    /// <param name="DoublyRobust">DR: the outcome model's mean plus the weighted residual; right when the model or the propensities are.</param>
    /// <param name="Rows">Rows used.</param>
    /// <param name="Rejected">Rows left out since their propensity is missing or 0.</param>
    /// <param name="Estimated">Used rows whose propensity is itself an estimate.</param>
    /// <param name="Clipped">Used rows whose weight met the cap.</param>
    /// <param name="EffectiveRows">(Σρ)² / Σρ²: equally weighted rows that would say as much.</param>
    /// <param name="MeanWeight">Mean of ρ; 1 when the logged propensities are right.</param>
    /// <param name="MeanWeightError">Standard error of <paramref name="MeanWeight"/>.</param>
    public sealed record Evaluated(
        Estimate.Known InverseProbability,
        Estimate.Known SelfNormalised,
        Estimate.Known DoublyRobust,
        int Rows,
        int Rejected,
        int Estimated,
        int Clipped,
        double EffectiveRows,
        double MeanWeight,
        double MeanWeightError) : OffPolicy
    {
        /// <summary>Too few effective rows, or a mean weight further than 3 standard errors from 1.</summary>
        public bool Unreliable => EffectiveRows < FewestEffectiveRows || Math.Abs(MeanWeight - 1) > 3 * MeanWeightError + 1e-9;
    }

    /// <summary>No answer.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record NotKnown(WhyNotKnown Why) : OffPolicy;

    /// <summary>Evaluates a policy with an outcome model fitted to the log itself, each row by the other folds.</summary>
    /// <param name="log">Rows; usable row i belongs to fold i mod <see cref="Folds"/>.</param>
    /// <param name="policy">The policy asked about; it names every context of the log.</param>
    /// <param name="cap">Cap of the weights; one that bites is counted in the result.</param>
    /// <param name="level">Level of the intervals, from the normal distribution.</param>
    public static OffPolicy Evaluate(IReadOnlyList<LoggedChoice> log, TargetPolicy policy, WeightCap cap, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(log);
        var usable = log.Where(IsUsable).ToArray();
        if (usable.Length < 2)
        {
            return new NotKnown(usable.Length == 0 ? WhyNotKnown.EmptyArm : WhyNotKnown.TooFewUnits);
        }

        var models = Enumerable.Range(0, Folds).Select(fold => OutcomeModel.Fit([.. usable.Where((_, row) => row % Folds != fold)])).ToArray();
        return Evaluate(log, policy, row => models[row % Folds], cap, level);
    }

    /// <summary>Evaluates a policy with an outcome model from elsewhere, which must not have seen these rows.</summary>
    /// <inheritdoc cref="Evaluate(IReadOnlyList{LoggedChoice}, TargetPolicy, WeightCap, ConfidenceLevel)"/>
    public static OffPolicy Evaluate(IReadOnlyList<LoggedChoice> log, TargetPolicy policy, OutcomeModel model, WeightCap cap, ConfidenceLevel level) =>
        Evaluate(log, policy, _ => model, cap, level);

    static OffPolicy Evaluate(IReadOnlyList<LoggedChoice> log, TargetPolicy policy, Func<int, OutcomeModel> model, WeightCap cap, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(policy);
        var rows = log.Where(IsUsable).Select((row, at) => Weigh(row, policy, model(at), cap)).ToArray();
        var weights = Moments.Of([.. rows.Select(row => row.Weight)]);
        if (rows.Length < 2)
        {
            return new NotKnown(rows.Length == 0 ? WhyNotKnown.EmptyArm : WhyNotKnown.TooFewUnits);
        }

        if (weights.Mean <= 0)
        {
            return new NotKnown(WhyNotKnown.NoOverlap);
        }

        // A log without a single success (or failure) says nothing about how far from it the next would be: 0 ± 0 is an answer, and a wrong one.
        if (Array.TrueForAll(rows, row => row.Outcome == rows[0].Outcome))
        {
            return new NotKnown(WhyNotKnown.NoVariation);
        }

        var z = level.NormalQuantile;
        return new Evaluated(
            MeanOf([.. rows.Select(row => row.Weight * row.Outcome)], z, level),
            SelfNormalisedOf(rows, z, level),
            MeanOf([.. rows.Select(row => row.Direct + row.Weight * row.Residual)], z, level),
            rows.Length,
            log.Count - rows.Length,
            log.Count(row => IsUsable(row) && row.Estimated),
            rows.Count(row => row.Clipped),
            Math.Pow(rows.Sum(row => row.Weight), 2) / rows.Sum(row => row.Weight * row.Weight),
            weights.Mean,
            Math.Sqrt(weights.MeanVariance));
    }

    static bool IsUsable(LoggedChoice row) => row.Propensity is { } propensity && Require.Between(propensity, 0, 1, "propensity") > 0;

    static Weighed Weigh(LoggedChoice row, TargetPolicy policy, OutcomeModel model, WeightCap cap)
    {
        var shares = policy.In(row.Context);
        var weight = shares.GetValueOrDefault(row.Action) / row.Propensity!.Value;
        var capped = cap.Apply(weight);
        return new(
            capped,
            capped < weight,
            Require.Finite(row.Outcome, "outcome"),
            shares.Sum(share => share.Value * model.Expected(row.Context, share.Key)),
            row.Outcome - model.Expected(row.Context, row.Action));
    }

    static Estimate.Known MeanOf(ReadOnlySpan<double> terms, double z, ConfidenceLevel level)
    {
        var moments = Moments.Of(terms);
        return Estimate.Known.Symmetric(moments.Mean, Math.Sqrt(moments.MeanVariance), z, level);
    }

    static Estimate.Known SelfNormalisedOf(Weighed[] rows, double z, ConfidenceLevel level)
    {
        var sum = rows.Sum(row => row.Weight);
        var value = rows.Sum(row => row.Weight * row.Outcome) / sum;
        return Estimate.Known.Symmetric(value, Math.Sqrt(rows.Sum(row => Math.Pow(row.Weight * (row.Outcome - value), 2))) / sum, z, level);
    }

    readonly record struct Weighed(double Weight, bool Clipped, double Outcome, double Direct, double Residual);
}
