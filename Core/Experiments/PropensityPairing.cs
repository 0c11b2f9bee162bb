using System.Collections.Immutable;

namespace Aampe.Agents.Core.Experiments;

/// <summary>
/// Users who received a message against similar users who did not: one-to-one nearest neighbours on the log-odds of treatment, without
/// replacement unless asked for. It stands beside the comparison by assignment and never replaces it: what the covariates miss, it misses.
/// </summary>
/// <remarks>docs/method/3-experiments-off-policy.md, propensity pairing.</remarks>
public abstract record PropensityPairing
{
    /// <summary>Usual caliper, in pooled standard deviations of the log-odds.</summary>
    public const double UsualCaliper = 0.2;

    PropensityPairing()
    {
    }

    /// <summary>Pairs were found.</summary>
    /// <param name="Intercept">Of the logistic regression of treatment on the covariates.</param>
    /// <param name="Coefficients">Of the covariates, in their order, per unit of each.</param>
    /// <param name="LogLikelihood">At the maximum.</param>
    /// <param name="PooledStandardDeviation">Of the log-odds: root of the mean of both arms' variances.</param>
    /// <param name="Caliper">Largest difference of log-odds allowed in a pair.</param>
    /// <param name="Pairs">In the order in which they were made.</param>
    /// <param name="Unpaired">Treated users without a control inside the caliper.</param>
    /// <param name="Unadjusted">Difference of the plain means of all treated and all controls.</param>
    /// <param name="Effect">Mean difference within pairs; not known for fewer than two pairs or without spread.</param>
    /// <param name="BalanceBefore">Per covariate, over all users.</param>
    /// <param name="BalanceAfter">Per covariate, over paired users.</param>
    public sealed record Paired(
        double Intercept,
        ImmutableArray<double> Coefficients,
        double LogLikelihood,
        double PooledStandardDeviation,
        double Caliper,
        ImmutableArray<UserPair> Pairs,
        int Unpaired,
        double Unadjusted,
        Estimate Effect,
        ImmutableArray<Balance> BalanceBefore,
        ImmutableArray<Balance> BalanceAfter) : PropensityPairing
    {
        /// <summary>Outcomes of the treated users of the pairs.</summary>
        public Moments Treated { get; init; }

        /// <summary>Outcomes of the controls of the pairs, each as often as it stands in one.</summary>
        public Moments Controls { get; init; }
    }

    /// <summary>No propensity could be fitted.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record NotKnown(WhyNotKnown Why) : PropensityPairing;

    /// <summary>Fits the propensity, makes the pairs and compares within them.</summary>
    /// <param name="units">All users; at least two in each arm. Ids are unique.</param>
    /// <param name="caliperInDeviations">Caliper in pooled standard deviations; &gt; 0, <see cref="UsualCaliper"/> as a rule.</param>
    /// <param name="level">Level of the effect's interval, from the normal distribution.</param>
    /// <exception cref="ArgumentException">Users with different numbers of covariates, or a value that is not finite.</exception>
    public static PropensityPairing Compare(IReadOnlyList<PairingUnit> units, double caliperInDeviations, ConfidenceLevel level) =>
        Compare(units, caliperInDeviations, Replacement.Without, level);

    /// <summary>The same, with the choice of whether a control may stand in several pairs.</summary>
    /// <inheritdoc cref="Compare(IReadOnlyList{PairingUnit}, double, ConfidenceLevel)"/>
    public static PropensityPairing Compare(IReadOnlyList<PairingUnit> units, double caliperInDeviations, Replacement replacement, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(units);
        Require.Positive(caliperInDeviations);
        RequireTable(units);
        var treated = units.Count(unit => unit.Treated);
        if (Math.Min(treated, units.Count - treated) < 2)
        {
            return new NotKnown(treated == 0 || treated == units.Count ? WhyNotKnown.EmptyArm : WhyNotKnown.TooFewUnits);
        }

        return LogisticRegression.Fit(units) switch
        {
            LogisticRegression.Fitted fit => Match(units, fit, caliperInDeviations, replacement, level),
            LogisticRegression.NotKnown none => new NotKnown(none.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static Paired Match(IReadOnlyList<PairingUnit> units, LogisticRegression.Fitted fit, double caliperInDeviations, Replacement replacement, ConfidenceLevel level)
    {
        var variance = Of(units, treated: true, unit => fit.LogOdds[unit]).Variance() + Of(units, treated: false, unit => fit.LogOdds[unit]).Variance();
        var spread = Math.Sqrt(variance / 2);
        var pairs = NearestPairs.Of(units, fit.LogOdds, caliperInDeviations * spread, replacement);
        return new(
            fit.Intercept,
            [.. fit.Coefficients],
            fit.LogLikelihood,
            spread,
            caliperInDeviations * spread,
            [.. pairs.Select(pair => new UserPair(units[pair.Treated].Id, units[pair.Control].Id))],
            units.Count(unit => unit.Treated) - pairs.Count,
            Of(units, treated: true, unit => units[unit].Outcome).Mean - Of(units, treated: false, unit => units[unit].Outcome).Mean,
            replacement == Replacement.Without ? MeanDifference(DifferencesOf(units, pairs), level) : AbadieImbens(units, fit.LogOdds, pairs, level),
            BalanceOf(units, Indices(units, treated: true), Indices(units, treated: false)),
            BalanceOf(units, [.. pairs.Select(pair => pair.Treated)], [.. pairs.Select(pair => pair.Control)]))
        {
            Treated = Moments.Of([.. pairs.Select(pair => units[pair.Treated].Outcome)]),
            Controls = Moments.Of([.. pairs.Select(pair => units[pair.Control].Outcome)]),
        };
    }

    static Moments DifferencesOf(IReadOnlyList<PairingUnit> units, List<(int Treated, int Control)> pairs) =>
        Moments.Of([.. pairs.Select(pair => units[pair.Treated].Outcome - units[pair.Control].Outcome)]);

    // Abadie and Imbens (2006), effect on the treated, one match: a control used K times brings its own noise K² times, of which the spread of the
    // differences shows K. Its noise is half the squared difference to the control nearest to it.
    static Estimate AbadieImbens(IReadOnlyList<PairingUnit> units, double[] logOdds, List<(int Treated, int Control)> pairs, ConfidenceLevel level)
    {
        if (pairs.Count < 2)
        {
            return new Estimate.NotKnown(WhyNotKnown.TooFewUnits);
        }

        var differences = DifferencesOf(units, pairs);
        var twins = NearestPairs.Twins(units, logOdds);
        var squares = differences.M2;
        foreach (var used in pairs.CountBy(pair => pair.Control))
        {
            var apart = units[used.Key].Outcome - units[twins[used.Key]].Outcome;
            squares += (double)used.Value * (used.Value - 1) * apart * apart / 2;
        }

        return squares == 0
            ? new Estimate.NotKnown(WhyNotKnown.NoVariation)
            : Estimate.Known.Symmetric(differences.Mean, Math.Sqrt(squares) / pairs.Count, level.NormalQuantile, level);
    }

    static Estimate MeanDifference(Moments differences, ConfidenceLevel level) => differences switch
    {
        { N: < 2 } => new Estimate.NotKnown(WhyNotKnown.TooFewUnits),
        { M2: 0 } => new Estimate.NotKnown(WhyNotKnown.NoVariation),
        _ => Estimate.Known.Symmetric(differences.Mean, Math.Sqrt(differences.MeanVariance), level.NormalQuantile, level),
    };

    static ImmutableArray<Balance> BalanceOf(IReadOnlyList<PairingUnit> units, int[] treated, int[] controls) =>
        [.. Enumerable.Range(0, units[0].Covariates.Length).Select(column => Balance.OfMeans(
            Moments.Of([.. treated.Select(unit => units[unit].Covariates[column])]),
            Moments.Of([.. controls.Select(unit => units[unit].Covariates[column])])))];

    static Moments Of(IReadOnlyList<PairingUnit> units, bool treated, Func<int, double> value) => Moments.Of([.. Indices(units, treated).Select(value)]);

    static int[] Indices(IReadOnlyList<PairingUnit> units, bool treated) => [.. Enumerable.Range(0, units.Count).Where(unit => units[unit].Treated == treated)];

    static void RequireTable(IReadOnlyList<PairingUnit> units)
    {
        foreach (var unit in units)
        {
            Require.Finite(unit.Outcome);
            if (unit.Covariates.Length == 0 || unit.Covariates.Length != units[0].Covariates.Length || !unit.Covariates.All(double.IsFinite))
            {
                throw new ArgumentException(
                    $"Every user needs the same covariates, at least one, all finite; user \"{unit.Id}\" has {unit.Covariates.Length}, the first has {units[0].Covariates.Length}.",
                    nameof(units));
            }
        }
    }
}
