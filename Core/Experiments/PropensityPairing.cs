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
        return CompareAll(units, [[.. units.Select(unit => unit.Outcome)]], caliperInDeviations, replacement, level)[0];
    }

    /// <summary>Several outcomes compared within the same pairs: neither propensity nor pairs depend on what is compared.</summary>
    /// <param name="units">All users; their own outcome is not looked at.</param>
    /// <param name="outcomes">What is compared, each for all users in their order.</param>
    /// <param name="caliperInDeviations">Caliper in pooled standard deviations; &gt; 0.</param>
    /// <param name="replacement">Whether a control may stand in several pairs.</param>
    /// <param name="level">Level of the effects' intervals.</param>
    /// <returns>A comparison for each outcome.</returns>
    /// <exception cref="ArgumentException">Users with different numbers of covariates, a value that is not finite, or an outcome for more or fewer users.</exception>
    public static ImmutableArray<PropensityPairing> CompareAll(
        IReadOnlyList<PairingUnit> units, IReadOnlyList<double[]> outcomes, double caliperInDeviations, Replacement replacement, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(outcomes);
        Require.Positive(caliperInDeviations);
        RequireTable(units, outcomes);
        var treated = units.Count(unit => unit.Treated);
        if (Math.Min(treated, units.Count - treated) < 2)
        {
            return NoneOf(outcomes, treated == 0 || treated == units.Count ? WhyNotKnown.EmptyArm : WhyNotKnown.TooFewUnits);
        }

        return LogisticRegression.Fit(units) switch
        {
            LogisticRegression.Fitted fit => Match(units, outcomes, fit, caliperInDeviations, replacement, level),
            LogisticRegression.NotKnown none => NoneOf(outcomes, none.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static ImmutableArray<PropensityPairing> NoneOf(IReadOnlyList<double[]> outcomes, WhyNotKnown why) => [.. outcomes.Select(_ => new NotKnown(why))];

    static ImmutableArray<PropensityPairing> Match(
        IReadOnlyList<PairingUnit> units, IReadOnlyList<double[]> outcomes, LogisticRegression.Fitted fit, double caliperInDeviations, Replacement replacement, ConfidenceLevel level)
    {
        var (treated, controls) = (Indices(units, treated: true), Indices(units, treated: false));
        var spread = Math.Sqrt((Of(treated, fit.LogOdds).Variance() + Of(controls, fit.LogOdds).Variance()) / 2);
        var pairs = NearestPairs.Of(units, fit.LogOdds, caliperInDeviations * spread, replacement);
        var twins = replacement == Replacement.Without ? null : NearestPairs.Twins(units, fit.LogOdds);
        ImmutableArray<UserPair> named = [.. pairs.Select(pair => new UserPair(units[pair.Treated].Id, units[pair.Control].Id))];
        int[] pairedTreated = [.. pairs.Select(pair => pair.Treated)], pairedControls = [.. pairs.Select(pair => pair.Control)];
        var (before, after) = (BalanceOf(units, treated, controls), BalanceOf(units, pairedTreated, pairedControls));
        return [.. outcomes.Select(outcome => new Paired(
            fit.Intercept,
            [.. fit.Coefficients],
            fit.LogLikelihood,
            spread,
            caliperInDeviations * spread,
            named,
            treated.Length - pairs.Count,
            Of(treated, outcome).Mean - Of(controls, outcome).Mean,
            twins is null ? MeanDifference(DifferencesOf(outcome, pairs), level) : AbadieImbens(outcome, twins, pairs, level),
            before,
            after)
        {
            Treated = Of(pairedTreated, outcome),
            Controls = Of(pairedControls, outcome),
        })];
    }

    static Moments DifferencesOf(double[] outcome, List<(int Treated, int Control)> pairs) => Moments.Of([.. pairs.Select(pair => outcome[pair.Treated] - outcome[pair.Control])]);

    // Abadie and Imbens (2006), effect on the treated, one match: a control used K times brings its own noise K² times, of which the spread of the
    // differences shows K. Its noise is half the squared difference to the control nearest to it.
    static Estimate AbadieImbens(double[] outcome, Dictionary<int, int> twins, List<(int Treated, int Control)> pairs, ConfidenceLevel level)
    {
        if (pairs.Count < 2)
        {
            return new Estimate.NotKnown(WhyNotKnown.TooFewUnits);
        }

        var differences = DifferencesOf(outcome, pairs);
        var squares = differences.M2;
        foreach (var used in pairs.CountBy(pair => pair.Control))
        {
            var apart = outcome[used.Key] - outcome[twins[used.Key]];
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

    static Moments Of(int[] units, double[] values) => Moments.Of([.. units.Select(unit => values[unit])]);

    static int[] Indices(IReadOnlyList<PairingUnit> units, bool treated) => [.. Enumerable.Range(0, units.Count).Where(unit => units[unit].Treated == treated)];

    static void RequireTable(IReadOnlyList<PairingUnit> units, IReadOnlyList<double[]> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Length != units.Count)
            {
                throw new ArgumentException($"An outcome must be given for each of the {units.Count} users; one has {outcome.Length}.", nameof(outcomes));
            }

            Array.ForEach(outcome, value => Require.Finite(value));
        }

        foreach (var unit in units)
        {
            if (unit.Covariates.Length == 0 || unit.Covariates.Length != units[0].Covariates.Length || !unit.Covariates.All(double.IsFinite))
            {
                throw new ArgumentException(
                    $"Every user needs the same covariates, at least one, all finite; user \"{unit.Id}\" has {unit.Covariates.Length}, the first has {units[0].Covariates.Length}.",
                    nameof(units));
            }
        }
    }
}
