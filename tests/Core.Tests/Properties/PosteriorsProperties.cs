using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Properties;

public sealed class PosteriorsProperties
{
    static readonly TimeSpan month = TimeSpan.FromDays(30);

    static readonly Gen<ObservedEffect> effect = Gen.Select(Gen.Double[0, 1], Gen.Bool, Gen.Double[-4, 4], Gen.Double[0.1, 2], Gen.Long[0, 60L * 86_400_000])
        .Select(one => new ObservedEffect(one.Item2 ? one.Item1 : null, one.Item3, one.Item4, new(one.Item5)));

    static readonly Gen<Evidence> evidence = effect.Array[0, 8].Select(effects => All(effects, month));

    static readonly Gen<(int S, int N)> user = Gen.Int[1, 12].SelectMany(n => Gen.Int[0, n].Select(s => (s, n)));

    [Fact]
    public void Evidence_may_be_merged_in_any_order_and_grouping() =>
        Gen.Select(evidence, evidence, evidence).Sample((a, b, c) =>
            Same(a.Merge(b, month), b.Merge(a, month)) && Same(a.Merge(b, month).Merge(c, month), a.Merge(b.Merge(c, month), month)) && Same(a.Merge(default, month), a));

    [Fact]
    public void Without_forgetting_the_order_of_effects_does_not_matter() =>
        effect.Array[0, 12].Sample(effects => Same(All(effects, null), All([.. effects.Reverse()], null)) && SameJoint(Joint(effects), Joint([.. effects.Reverse()])));

    /// <summary>Effects that mature in order and are read later: forgetting by steps is forgetting each by its own age.</summary>
    [Fact]
    public void An_effect_counts_by_its_age_whatever_came_between() =>
        effect.Array[1, 10].Sample(effects =>
        {
            var now = new Instant(90L * 86_400_000);
            var inOrder = effects.OrderBy(one => one.At).ToArray();
            var direct = All([.. inOrder.Select(one => one with { Weight = one.Weight * Math.Pow(2, -(now - one.At).TotalDays / 30) })], null);
            return Same(All(inOrder, month).DecayedTo(now, month), direct.DecayedTo(now, null));
        });

    [Fact]
    public void A_revised_effect_leaves_what_the_right_one_would_have_left() =>
        Gen.Select(effect.Array[0, 6], effect, effect, effect.Array[0, 4], Gen.Long[0, 7L * 86_400_000]).Sample((before, wrong, right, after, wait) =>
        {
            var (old, until) = (All([.. before.OrderBy(one => one.At)], month), new Instant(61L * 86_400_000));
            (wrong, right) = (wrong with { At = until }, right with { At = until });
            var later = after.Select(one => one with { At = until }).ToArray();
            var at = until + TimeSpan.FromMilliseconds(wait);
            var revised = All(later, month, old.Add(wrong.Success, wrong.Effect, wrong.Weight, until, month)).Revise(wrong, right, until, at, month);
            return Same(revised, All(later, month, old.Add(right.Success, right.Effect, right.Weight, until, month)).DecayedTo(at, month));
        });

    [Fact]
    public void After_seven_days_nothing_is_revised() =>
        Gen.Select(evidence, effect, effect).Sample((known, wrong, right) =>
        {
            var (added, at) = (known.LastAt, known.LastAt + Evidence.RevisableFor + TimeSpan.FromMilliseconds(1));
            return known.Revise(wrong, right, added, at, month) == known.DecayedTo(at, month);
        });

    [Fact]
    public void A_prior_without_one_user_does_not_know_what_that_user_did() =>
        Gen.Select(user.Array[0, 60], user, user).Sample((others, own, other) => Without(others, own) == Without(others, other) && Without(others, own) == EmpiricalBayes.Fit(Of(others), null).Prior);

    [Fact]
    public void A_prior_of_effects_without_one_user_does_not_know_what_that_user_did() =>
        Gen.Select(Gen.Select(Gen.Double[-2, 2], Gen.Double[-2, 2], Gen.Double[-2, 2]).Array[0, 30], Gen.Double[-9, 9]).Sample((others, own) =>
        {
            Evidence[] users = [.. others.Select(one => Effects(one.Item1, one.Item2, one.Item3))];
            var parent = new GaussianPosterior(0.3, 2, 2, 1);
            return NormalNormal.PriorWithout([Effects(own, -own, 3 * own), .. users], 0, parent, 20) == NormalNormal.PriorOf(users, parent, 20);
        });

    [Fact]
    public void In_a_large_cohort_own_effects_stay_and_hardly_matter()
    {
        Evidence[] users = [.. Enumerable.Range(0, 300).Select(i => Effects(Math.Sin(i), Math.Cos(i), Math.Sin(2 * i)))];
        var (whole, without) = (NormalNormal.PriorOf(users, default, 20), NormalNormal.PriorWithout(users, 7, default, 20));
        Assert.Equal(whole, without);
        Assert.InRange(Math.Abs(NormalNormal.PriorOf(users.Where((_, i) => i != 7), default, 20).Mu - whole.Mu), 0, 0.02);
    }

    [Fact]
    public void Moments_may_be_merged_in_any_order_and_grouping() =>
        Gen.Select(Gen.Double[-50, 50].Array[0, 9], Gen.Double[-50, 50].Array[0, 9], Gen.Double[-50, 50].Array[0, 9]).Sample((x, y, z) =>
        {
            var (a, b, c) = (Moments.Of(x), Moments.Of(y), Moments.Of(z));
            return Alike(a.Merge(b), b.Merge(a)) && Alike(a.Merge(b).Merge(c), a.Merge(b.Merge(c))) && a.Merge(default) == a && default(Moments).Merge(a) == a;
        });

    [Fact]
    public void Swapping_treated_and_control_flips_the_sign() =>
        Gen.Select(Gen.Double[0.1, 50].Array[2, 20], Gen.Double[0.1, 50].Array[2, 20]).Sample((x, y) =>
        {
            var (a, b) = (Moments.Of(x), Moments.Of(y));
            var (welch, back) = ((Estimate.Known)DifferenceOfMeans.Welch(a, b, default), (Estimate.Known)DifferenceOfMeans.Welch(b, a, default));
            var (ratio, inverse) = ((Estimate.Known)RatioOfMeans.LogRatio(a, b, default), (Estimate.Known)RatioOfMeans.LogRatio(b, a, default));
            var (test, opposite) = ((Significance.Tested)DifferenceOfMeans.Test(a, b), (Significance.Tested)DifferenceOfMeans.Test(b, a));
            return Mirrored(welch, back) && Mirrored(ratio, inverse) && Close(test.Statistic, -opposite.Statistic) && Close(test.PValue, opposite.PValue)
                && Close(((Balance.Known)Balance.OfMeans(a, b)).Value, -((Balance.Known)Balance.OfMeans(b, a)).Value);
        });

    [Fact]
    public void A_behaviour_vector_holds_features_and_shares_of_types()
    {
        var vector = SimilarUsers.Behaviour([0.5, 2], new Dictionary<string, long> { ["view"] = 3, ["buy"] = 1 }, ["buy", "cart", "view"]);
        Assert.Equal([0.5, 2, 0.25, 0, 0.75], vector);
        Assert.Equal([1, 0, 0], SimilarUsers.Behaviour([1], new Dictionary<string, long>(), ["buy", "view"]));
    }

    static BetaPosterior Without((int S, int N)[] others, (int S, int N) own) => EmpiricalBayes.FitWithout(Of([.. others, own]), own.S, own.N, null).Prior;

    static SuccessHistogram Of((int S, int N)[] users)
    {
        var histogram = new SuccessHistogram();
        foreach (var (s, n) in users)
        {
            histogram.Add(s, n);
        }

        return histogram;
    }

    static Evidence Effects(params double[] effects) => All([.. effects.Select(x => new ObservedEffect(null, x, 1, default))], null);

    static Evidence All(ObservedEffect[] effects, TimeSpan? halfLife, Evidence start = default) =>
        effects.Aggregate(start, (known, one) => known.Add(one.Success, one.Effect, one.Weight, one.At, halfLife));

    static JointEvidence Joint(ObservedEffect[] effects) => effects.Aggregate(
        JointEvidence.Empty(2), (known, one) => known.Add([one.Effect > 0 ? 1 : 0, 0.5], one.Effect, one.Weight, one.At, null));

    static bool SameJoint(JointEvidence a, JointEvidence b) =>
        a.Products.Zip(b.Products).All(pair => Close(pair.First, pair.Second)) && a.Sums.Zip(b.Sums).All(pair => Close(pair.First, pair.Second)) && Close(a.Squares, b.Squares);

    // The mean of what hardly counts is what is left of rounding, so it is compared as the sum that it stands for.
    static bool Same(Evidence a, Evidence b) =>
        Close(a.Successes, b.Successes) && Close(a.Failures, b.Failures) && Close(a.Count, b.Count) && Close(a.SumEffect, b.SumEffect)
        && Close(a.SquaredDeviations, b.SquaredDeviations) && a.Trials == b.Trials && a.Wins == b.Wins && (a.LastAt == b.LastAt || a.IsEmpty);

    static bool Alike(Moments a, Moments b) => a.N == b.N && Close(a.Mean, b.Mean) && Close(a.M2, b.M2);

    static bool Mirrored(Estimate.Known a, Estimate.Known b) => Close(a.Value, -b.Value) && Close(a.Low, -b.High) && Close(a.High, -b.Low) && Close(a.StandardError, b.StandardError);

    static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-8 * (1 + Math.Abs(b));
}
