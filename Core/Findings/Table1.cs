using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>Makes the paper's Table 1 of an experiment's arms.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md.</remarks>
public static class Table1
{
    /// <summary>Users that each arm of the headline must have.</summary>
    public const long FewestUsers = 100;

    static readonly ImmutableArray<string> comparisons = [Arms.Holdout, Arms.Random, Arms.Rules];

    /// <summary>The table at a level.</summary>
    public static Table1Report Of(TrialFinding trial, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var agentic = trial.Arms.FirstOrDefault(arm => arm.Arm == Arms.Agentic);
        var against = comparisons.Select(name => trial.Arms.FirstOrDefault(arm => arm.Arm == name)).FirstOrDefault(arm => arm is not null);
        var ratio = trial.Arms.Length >= 2
            ? SampleRatio.Test([.. trial.Arms.Select(arm => arm.Users)], [.. trial.Buckets.Select(buckets => (double)buckets)])
            : new SampleRatio.NotKnown(WhyNotKnown.EmptyArm);
        var placebo = trial.Placebo?.Check();
        var cells = ImmutableArray.CreateBuilder<Table1Cell>();
        var theta = 0.0;
        if (agentic is not null)
        {
            foreach (var other in comparisons.Select(name => trial.Arms.FirstOrDefault(arm => arm.Arm == name)).OfType<TrialArm>())
            {
                theta = Adjusted.Of(agentic.Goals, other.Goals).Theta;
                cells.AddRange(ByAssignment(trial, agentic, other, level));
            }

            cells.AddRange(Paired(trial, level));
        }

        return new Table1Report(
            TrustOf(ratio, placebo, agentic, against),
            ratio,
            placebo,
            agentic is null || against is null ? new Estimate.NotKnown(WhyNotKnown.EmptyArm) : DifferenceOfMeans.Welch(agentic.Goals.Before, against.Goals.Before, level),
            against?.Arm ?? "",
            Holmed(cells),
            agentic is null || against is null ? [] : BalanceOf(trial, agentic, against),
            theta)
        {
            Withheld = WithheldOf(ratio, agentic, against),
        };
    }

    static string WithheldOf(SampleRatio ratio, TrialArm? agentic, TrialArm? against) =>
        agentic is null ? "The agentic arm has weight 0: there is nothing to compare. Give experiment.agentic a weight, in a new phase."
        : against is null ? "No arm to compare with: give experiment.holdout, random or rules a weight, in a new phase."
        : ratio is SampleRatio.Tested { Mismatch: true } ? "Arms have not the sizes that were planned: users were lost or counted twice, and no difference between arms can be believed until that is explained. Usual causes: ids that were joined after the draw, events of one arm's app version that do not arrive, users erased from one arm, weights changed half-way. Mend it, then open a new phase."
        : "";

    static Trust TrustOf(SampleRatio ratio, Placebo? placebo, TrialArm? agentic, TrialArm? against) =>
        ratio is SampleRatio.Tested { Mismatch: true } ? Trust.SrmFailed
        : placebo is { Fails: true } ? Trust.PlaceboFailed
        : agentic is null || against is null || agentic.Users < FewestUsers || against.Users < FewestUsers ? Trust.Underpowered
        : Trust.Ok;

    static IEnumerable<Table1Cell> ByAssignment(TrialFinding trial, TrialArm arm, TrialArm other, ConfidenceLevel level)
    {
        Table1Cell Cell(string metric, string method, string scale, Estimate value, Significance? test) =>
            new(metric, method, scale, arm.Arm, other.Arm, arm.Users, other.Users, value, test is Significance.Tested tested ? tested.PValue : null);

        foreach (var (metric, held, missing, mine, theirs) in new[]
        {
            ("intent", trial.HasIntent && arm.Intent + other.Intent > 0, trial.HasIntent ? Never("intent", "goal.intentEvents") : "The program names no intent events (goal.intentEvents).", arm.Intent, other.Intent),
            ("conversion", arm.Converted + other.Converted > 0, Never("goal", "goal.events"), arm.Converted, other.Converted),
        })
        {
            var (treated, control) = (new Proportion(mine, arm.Users), new Proportion(theirs, other.Users));
            var test = ProportionDifference.Test(treated, control);
            yield return held
                ? Cell(metric, "itt", "absolute", ProportionDifference.Newcombe(treated, control, level), test)
                : NotHeld(metric, "itt", arm, other, missing);
            if (held)
            {
                yield return Cell(metric, "itt", "relative", RatioOfMeans.Delta(Shares(treated), Shares(control), level), test);
            }
        }

        foreach (var (metric, held, missing, mine, theirs) in new[]
        {
            ("goals", arm.Converted + other.Converted > 0, Never("goal", "goal.events"), arm.Goals, other.Goals),
            ("value", trial.HasValue, "No goal event carried an amount (properties.value or revenue).", arm.Value, other.Value),
        })
        {
            if (!held)
            {
                yield return NotHeld(metric, "itt", arm, other, missing);
                continue;
            }

            var adjusted = Adjusted.Of(mine, theirs).Arms;
            yield return Cell(metric, "itt", "absolute", DifferenceOfMeans.Welch(mine.Outcome, theirs.Outcome, level), DifferenceOfMeans.Test(mine.Outcome, theirs.Outcome));
            yield return Cell(metric, "itt", "relative", RatioOfMeans.Delta(mine.Outcome, theirs.Outcome, level), RatioOfMeans.Test(mine.Outcome, theirs.Outcome));
            yield return Cell(metric, "cuped", "absolute", DifferenceOfMeans.Welch(adjusted[0], adjusted[1], level), DifferenceOfMeans.Test(adjusted[0], adjusted[1]));
            // An adjusted mean may come to lie anywhere: near 0 a ratio to it means nothing, though the logarithm still has one.
            var ratio = RatioOfMeans.AreAboveZero(adjusted[0], adjusted[1], level);
            yield return Cell(
                metric, "cuped", "relative", ratio ? RatioOfMeans.Delta(adjusted[0], adjusted[1], level) : new Estimate.NotKnown(WhyNotKnown.Unbounded),
                ratio ? RatioOfMeans.Test(adjusted[0], adjusted[1]) : new Significance.NotKnown(WhyNotKnown.Unbounded));
        }
    }

    static string Never(string what, string field) =>
        $"No user of either arm had an event of the {what} in this span: a difference of nothing from nothing is withheld. Compare the names in {field} with those that arrive (Live events).";

    static Table1Cell NotHeld(string metric, string method, TrialArm arm, TrialArm other, string missing) =>
        new(metric, method, "absolute", arm.Arm, other.Arm, arm.Users, other.Users, new Estimate.NotKnown(WhyNotKnown.EmptyArm), null) { Missing = missing };

    static IEnumerable<Table1Cell> Paired(TrialFinding trial, ConfidenceLevel level)
    {
        if (trial.Pairing is not { } pairing)
        {
            yield break;
        }

        if (pairing.WhyNot is { } why)
        {
            yield return new Table1Cell("conversion", "psm", "absolute", Arms.Agentic, Arms.Holdout, 0, 0, new Estimate.NotKnown(why), null);
            yield break;
        }

        foreach (var metric in pairing.Metrics)
        {
            Estimate value = metric is { Effect: { } effect, StandardError: { } error }
                ? Estimate.Known.Symmetric(effect, error, level.NormalQuantile, level)
                : new Estimate.NotKnown(WhyNotKnown.NoVariation);
            double? p = metric is { Effect: { } d, StandardError: > 0 and var se } ? Significance.Normal(d / se).PValue : null;
            yield return new Table1Cell(metric.Metric, "psm", "absolute", Arms.Agentic, Arms.Holdout, pairing.Pairs, pairing.Pairs, value, p);
            if (metric is { Treated: { } treated, ControlMean: { } control, StandardError: { } spread })
            {
                yield return new Table1Cell(metric.Metric, "psm", "relative", Arms.Agentic, Arms.Holdout, pairing.Pairs, pairing.Pairs, RatioOfMeans.Paired(treated, control, spread, level), p);
            }
        }
    }

    static ImmutableArray<Table1Cell> Holmed(ImmutableArray<Table1Cell>.Builder cells)
    {
        foreach (var group in cells.Where(cell => cell.P is not null).GroupBy(cell => (cell.Method, cell.Scale, cell.Against)).ToList())
        {
            var members = group.ToList();
            var adjusted = Holm.Adjust([.. members.Select(cell => cell.P!.Value)]);
            for (var i = 0; i < members.Count; i++)
            {
                cells[cells.IndexOf(members[i])] = members[i] with { AdjustedP = adjusted[i] };
            }
        }

        return cells.ToImmutable();
    }

    // A share as moments of noughts and ones.
    static Moments Shares(Proportion of) => of.Users == 0 ? default : new Moments(of.Users, of.Share, of.Users * of.Share * (1 - of.Share));

    static ImmutableArray<BalanceRow> BalanceOf(TrialFinding trial, TrialArm agentic, TrialArm against) =>
    [
        .. TrialFinding.Covariates.Select((name, i) => new BalanceRow(
            name,
            Balance.OfMeans(agentic.Before[i], against.Before[i]) is Balance.Known { Value: var value } && double.IsFinite(value) ? value : null,
            trial.Pairing is { BalanceBefore.IsEmpty: false } before ? before.BalanceBefore[i] : null,
            trial.Pairing is { BalanceAfter.IsEmpty: false } after ? after.BalanceAfter[i] : null)),
    ];
}
