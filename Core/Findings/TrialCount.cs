using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Findings;

/// <summary>Sums what users did into the arms of an experiment: by assignment, and paired by propensity beneath (docs/method, part 3).</summary>
public sealed class TrialCount
{
    /// <summary>Fewest holdout users whose halves are compared.</summary>
    public const int FewestPlacebo = 20;

    const int PlaceboDraws = 200;

    static readonly ImmutableArray<string> order = [Agents.Arms.Agentic, Agents.Arms.Random, Agents.Arms.Rules, Agents.Arms.Holdout];

    readonly TrialFrame frame;
    readonly IReadOnlyList<TrialRow> rows;
    readonly bool hasValue;

    TrialCount(TrialFrame frame, IReadOnlyList<TrialRow> rows)
    {
        (this.frame, this.rows) = (frame, rows);
        hasValue = rows.Any(row => row.Value is not null);
    }

    /// <summary>The count of some users; null where there is nobody.</summary>
    /// <param name="frame">What is counted.</param>
    /// <param name="rows">The users, each once.</param>
    public static TrialFinding? Of(TrialFrame frame, IReadOnlyList<TrialRow> rows)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? null : new TrialCount(frame, rows).Finish();
    }

    TrialFinding Finish()
    {
        var arms = order.Where(arm => frame.Plan.BucketsOf(ArmOf(arm)) > 0).ToList();
        return new TrialFinding
        {
            From = frame.From.UnixMilliseconds,
            To = frame.To.UnixMilliseconds,
            IsCut = frame.IsCut,
            IsInterim = frame.IsInterim,
            HasIntent = frame.HasIntent,
            HasValue = hasValue,
            Arms = [.. arms.Select(Total)],
            Buckets = [.. arms.Select(arm => frame.Plan.BucketsOf(ArmOf(arm)))],
            Pairing = arms.Contains(Agents.Arms.Holdout) ? Pairing() : null,
            Placebo = Placebo(),
        };
    }

    TrialArm Total(string arm)
    {
        var (users, received, intent, converted) = (0L, 0L, 0L, 0L);
        var (goals, value) = (default(PairedMoments), default(PairedMoments));
        var before = new Moments[TrialFinding.Covariates.Length];
        foreach (var row in rows.Where(row => row.Arm == arm))
        {
            users++;
            received += row.Received ? 1 : 0;
            intent += row.Intent ? 1 : 0;
            converted += row.Goals > 0 ? 1 : 0;
            goals = goals.Add(row.GoalsBefore, row.Goals);
            value = value.Add(row.GoalsBefore, row.Value ?? 0);
            for (var i = 0; i < row.Covariates.Length; i++)
            {
                before[i] = before[i].Add(row.Covariates[i]);
            }
        }

        return new TrialArm { Arm = arm, Users = users, Received = received, Intent = intent, Converted = converted, Goals = goals, Value = value, Before = [.. before] };
    }

    // Received at least one message of the agents against never messaged, on what was known before (method §12). There are several times more of the first:
    // each takes its nearest control, however often that one is used.
    PairingFinding Pairing()
    {
        var units = rows
            .Where(row => !row.Covariates.IsEmpty && (row.Arm == Agents.Arms.Holdout || (row.Arm == Agents.Arms.Agentic && row.Received)))
            .ToList();
        if (units.Count(row => row.Arm == Agents.Arms.Holdout) < 2 || units.Count(row => row.Arm != Agents.Arms.Holdout) < 2)
        {
            return new PairingFinding(0, 0, WhyNotKnown.TooFewUnits, [], [], []);
        }

        // A covariate that is alike for everybody says nothing and would leave no propensity.
        var kept = Enumerable.Range(0, TrialFinding.Covariates.Length)
            .Where(i => Moments.Of([.. units.Select(row => row.Covariates[i])]).M2 > 0).ToList();
        if (kept.Count == 0)
        {
            return new PairingFinding(0, 0, WhyNotKnown.Collinear, [], [], []);
        }

        List<(string Metric, Func<TrialRow, double> Of)> measures = [.. Measures()];
        var compared = PropensityPairing.CompareAll(
            [.. units.Select(row => new PairingUnit(row.Id, row.Arm != Agents.Arms.Holdout, [.. kept.Select(i => row.Covariates[i])], 0))],
            [.. measures.Select(one => units.ConvertAll(row => one.Of(row)).ToArray())], PropensityPairing.UsualCaliper, Replacement.With, default);
        if (compared[0] is PropensityPairing.NotKnown none)
        {
            return new PairingFinding(0, 0, none.Why, [], [], []);
        }

        List<PropensityPairing.Paired> paired = [.. compared.Cast<PropensityPairing.Paired>()];
        var metrics = measures.Zip(paired, (measure, one) => (one.Effect is Estimate.Known known ? new PairedMetric(measure.Metric, known.Value, known.StandardError) : new PairedMetric(measure.Metric, null, null)) with
        {
            Treated = one.Treated,
            ControlMean = one.Controls.Mean,
        });
        return new PairingFinding(paired[0].Pairs.Length, paired[0].Unpaired, null, [.. metrics], Spread(kept, paired[0].BalanceBefore), Spread(kept, paired[0].BalanceAfter));
    }

    IEnumerable<(string Metric, Func<TrialRow, double> Of)> Measures()
    {
        if (frame.HasIntent)
        {
            yield return ("intent", row => row.Intent ? 1 : 0);
        }

        yield return ("conversion", row => row.Goals > 0 ? 1 : 0);
        yield return ("goals", row => row.Goals);
        if (hasValue)
        {
            yield return ("value", row => row.Value ?? 0);
        }
    }

    static ImmutableArray<double?> Spread(List<int> kept, ImmutableArray<Balance> of)
    {
        var all = new double?[TrialFinding.Covariates.Length];
        for (var i = 0; i < kept.Count; i++)
        {
            all[kept[i]] = of[i] is Balance.Known { Value: var value } && double.IsFinite(value) ? value : null;
        }

        return [.. all];
    }

    PlaceboFinding? Placebo()
    {
        var level = ConfidenceLevel.Default;
        double[] goals = [.. rows.Where(row => row.Arm == Agents.Arms.Holdout).Select(row => (double)row.Goals)];
        if (goals.Length < FewestPlacebo)
        {
            return null;
        }

        var random = new SeededRandom($"placebo/{frame.Program}/{frame.AsOf.UnixMilliseconds}");
        var check = Experiments.Placebo.Halves<double>(goals, PlaceboDraws, level, (a, b) => DifferenceOfMeans.Welch(Moments.Of(a), Moments.Of(b), level), random);
        return new PlaceboFinding(check.Draws, check.Covered, check.NotKnown, level.Value) { PValues = check.PValues };
    }

    static Arm ArmOf(string arm) => arm switch
    {
        Agents.Arms.Agentic => Arm.Agentic,
        Agents.Arms.Random => Arm.Random,
        Agents.Arms.Rules => Arm.Rules,
        _ => Arm.Holdout,
    };
}
