using System.Collections.Immutable;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests;

/// <summary>Nothing, one, all alike, not finite: each has a result that says so or an error that names it; none passes for a number.</summary>
public sealed class BadInput
{
    static readonly BetaPosterior parent = new(3, 5);

    public static TheoryData<string, double[]> Covariances => new()
    {
        { "singular", [1, 1, 1, 1] }, { "zero", [0, 0, 0, 0] }, { "negative", [1, 0, 0, -1] }, { "indefinite", [1, 2, 2, 1] }, { "halves differ", [1, 0.5, 0.1, 1] },
        { "not a number", [1, 0, 0, double.NaN] }, { "not a number above", [1, double.NaN, 0, 1] }, { "infinite", [double.PositiveInfinity, 0, 0, 1] }, { "too short", [1, 0, 1] },
    };

    [Theory, MemberData(nameof(Covariances))]
    public void A_covariance_that_is_none_is_refused(string what, double[] covariance) =>
        Assert.Contains("ovariance", Assert.ThrowsAny<ArgumentException>(() => new JointGaussian([0, 0], covariance, 2, 1)).Message + what, StringComparison.Ordinal);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Numbers_that_are_not_finite_stop_at_the_door(double x)
    {
        Func<object>[] doors =
        [
            () => new GaussianPosterior(x, 1, 2, 1), () => new GaussianPosterior(0, x, 2, 1), () => new BetaPosterior(1, x), () => new ArmPosterior.Normal(x, 1),
            () => new JointGaussian([x], [1], 2, 1), () => JointEvidence.Empty(1).Add([x], 0, 1, default, null), () => JointEvidence.Empty(1).Add([1], x, 1, default, null),
            () => default(Evidence).Add(1, x, 1, default, null), () => default(Evidence).Add(x, 0, 1, default, null), () => default(Evidence).Add(1, 0, x, default, null),
            () => default(BetaPosterior).Update(x, 1), () => default(GaussianPosterior).Update(x, 1), () => new UserEvent(1, "buy", default, x), () => new WeightedEvent(default, x),
            () => Moments.Of([1, x]), () => new Moments(2, x, 0), () => new Moments(2, 0, x), () => NormalNormal.Fit([x, 1], [1, 1]), () => NormalNormal.Fit([1, 1], [x, 1]),
            () => SimilarUsers.Cosine([x], [1]), () => SimilarUsers.Behaviour([x], new Dictionary<string, long>(), []), () => new SamplingOptions(x, 0), () => new SamplingOptions(1, x),
            () => new ConfidenceLevel(x), () => WeightCap.At(x), () => Evaluate([Row("a", x), Row("b", 0)]), () => Evaluate([Row("a", 1) with { Propensity = x }, Row("b", 0)]),
            () => new OutcomeModel(new Dictionary<(string, string), double> { [("x", "a")] = x }, 0), () => Features(x), () => new GoalShare(EventWeights.None, x),
            () => Differing(x).Distance("tone", "a", "b"), () => PropensityPairing.Compare([new("u", true, [x], 0)], 0.2, default), () => SampleRatio.Test([1, 1], [x, 1]),
        ];
        Assert.All(doors, door => Assert.ThrowsAny<ArgumentException>(door));
    }

    [Fact]
    public void Sums_that_would_overflow_are_refused_and_do_not_become_infinite() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Moments.Of([1e308, -1e308]));

    [Fact]
    public void An_empty_cohort_is_its_parent()
    {
        Assert.Equal((new BetaPosterior(3, 5), PriorSource.Parent), (EmpiricalBayes.Fit([], parent).Prior, EmpiricalBayes.Fit([], parent).Source));
        Assert.Equal(default, EmpiricalBayes.Fit(new SuccessHistogram(), null).Prior);
        Assert.Equal(new GaussianPosterior(1, 2, 3, 4), NormalNormal.PriorOf([], new(1, 2, 3, 4), 20));
        Assert.Equal(new BetaPosterior(3, 5), SimilarUsers.Prior([1], [], parent, 50, 20));
        Assert.Equal(0.25, JointPrior.Fit([], new JointGaussian([0.25], [1], 2, 1), 5, 0).Mean[0]);
        Assert.Throws<ArgumentException>(() => NormalNormal.Fit([], []));
        Assert.Null(StratumVariance.Untreated([], [T], Options));
        Assert.Null(new BetaBinomial([]).Moments());
        Assert.Equal(WhyNot.FewControls, EffectScene.Nearest(Treated() with { ObservedSince = Hours(-72) }, []).Why());
        Assert.Empty(EventWeights.Estimate(EventCounts.Empty, new HashSet<string>(), EventWeightOptions.Default, new Dictionary<string, double>(), 1).Table);
    }

    [Fact]
    public void One_user_is_no_cohort()
    {
        Assert.Equal(PriorSource.Parent, EmpiricalBayes.Fit([(3, 40)], parent).Source);
        Assert.Equal((2.5, 0, 2.5), NormalNormal.Fit([2.5], [1]) is var fit ? (fit.Mean, fit.BetweenVariance, fit.PosteriorMeans[0]) : default);
        Assert.Null(StratumVariance.Untreated([Control(1, (3, 1))], [T], Options));
        var joint = JointPrior.Fit([JointEvidence.Empty(1).Add([1], 2, 1, default, null)], new JointGaussian([0], [1], 2, 1), 50, 0);
        Assert.True(joint.Covariance[0] > 0 && double.IsFinite(joint.Mean[0]), $"{joint.Mean[0]}");
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.TooFewUnits), DifferenceOfMeans.Welch(Moments.Of([1]), Moments.Of([1, 2]), default));
        Assert.Equal(new OffPolicy.NotKnown(WhyNotKnown.TooFewUnits), Evaluate([Row("a", 1)]));
    }

    [Fact]
    public void Nobody_in_an_arm_leaves_nothing_known()
    {
        Estimate[] estimates =
        [
            ProportionDifference.Wald(default, new(1, 2), default), ProportionDifference.Newcombe(default, default, default), default(Proportion).Wilson(default),
            RatioOfMeans.Delta(default, Moments.Of([1, 2]), default), RatioOfMeans.Fieller(Moments.Of([1, 2]), default, default), DifferenceOfMeans.Welch(default, default, default),
            PoissonBootstrap.Ratio(new(10), new(10), default),
        ];
        Assert.All(estimates, estimate => Assert.Equal(new Estimate.NotKnown(WhyNotKnown.EmptyArm), estimate));
        Assert.Equal(new SampleRatio.NotKnown(WhyNotKnown.EmptyArm), SampleRatio.Test([0, 0], [1, 1]));
        Assert.Equal(new Balance.NotKnown(WhyNotKnown.EmptyArm), Balance.OfProportions(default, new(1, 2)));
        Assert.Equal(new PropensityPairing.NotKnown(WhyNotKnown.EmptyArm), PropensityPairing.Compare([], 0.2, default));
        Assert.IsType<Significance.NotKnown>(ProportionDifference.Test(default, new(1, 2)));
    }

    [Fact]
    public void One_action_is_certain_by_every_model()
    {
        var row = new JointModel(new([("tone", ["warm"])]), _ => new([0], [1], 2, 1), null);
        IEffectModel[] models = [new IndependentModel((_, _, _) => ArmPosterior.Of(default(BetaPosterior)), null), row, Features(1)];
        Assert.All(models, model =>
        {
            var choice = ThompsonSampling.ChooseBy("tone", model, default, ["warm"], default, true, new(0.5, 0.5), new SeededRandom("one"));
            Assert.Equal((1.0, 1.0, false, 0), (choice.Propensity, choice.Chosen.SampledProbability, choice.Explored, choice.EstimatedBy));
        });
        Assert.Throws<ArgumentException>(() => ThompsonSampling.ChooseBy("tone", row, default, [], default, true, new(), new SeededRandom("none")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_cohort_that_always_or_never_succeeds_has_a_prior_inside_0_to_1(double b)
    {
        var prior = EmpiricalBayes.Fit(Enumerable.Repeat(((int)(5 * b), 5), 20), null);
        Assert.Equal((PriorSource.AllSame, b == 1), (prior.Source, prior.Prior.Mean > 0.99));
        Assert.InRange(prior.Prior.Mean, 1e-3, 1 - 1e-3);
        var belief = Enumerable.Range(0, 10_000).Aggregate(default(Evidence), (known, _) => known.Add(b, 0, 1, default, null)).Posterior(prior.Prior);
        Assert.True(belief.Mean is > 0 and < 1 && belief.Interval90 is { Low: > 0, High: <= 1 } && double.IsFinite(belief.LogDensity(0.5)));
        ArmPosterior[] arms = [ArmPosterior.Of(belief), ArmPosterior.Of(default(BetaPosterior))];
        Assert.Equal(1, ThompsonSampling.Propensities(arms).Sum(), 1e-9);
        Assert.Equal(b, EventWeights.Estimate(new([new("buy", b == 1 ? new(50, 0) : new(0, 50))]), new HashSet<string> { "buy" }, EventWeightOptions.Default, new Dictionary<string, double>(), 1) is
            { Identified: false } weights ? weights.Table["buy"].Nats * b : double.NaN);
    }

    [Fact]
    public void Outcomes_that_are_all_alike_have_no_interval_of_width_zero()
    {
        Assert.Equal(new OffPolicy.NotKnown(WhyNotKnown.NoVariation), Evaluate([.. Enumerable.Range(0, 200).Select(i => Row(i % 2 == 0 ? "a" : "b", 0))]));
        var (five, seven) = (Moments.Of([5, 5]), Moments.Of([7, 7, 7]));
        Assert.All(
            [RatioOfMeans.Delta(five, seven, default), RatioOfMeans.Fieller(five, seven, default), RatioOfMeans.LogRatio(five, seven, default), DifferenceOfMeans.Welch(five, seven, default)],
            estimate => Assert.Equal(new Estimate.NotKnown(WhyNotKnown.NoVariation), estimate));
        Assert.Equal(new Significance.NotKnown(WhyNotKnown.NoVariation), RatioOfMeans.Test(five, seven));
        Assert.Equal(new Significance.NotKnown(WhyNotKnown.NoVariation), ProportionDifference.Test(new(0, 9), new(0, 7)));
        Assert.True(ProportionDifference.Newcombe(new(0, 50), new(0, 50), default) is Estimate.Known { Low: < 0, High: > 0 });
    }

    [Fact]
    public void Features_of_a_wrong_length_are_named()
    {
        var model = new NeuralLinear((_, _, action) => action == "warm" ? [1] : [1, 2], 1, 1, 2, 1, null);
        var message = Assert.Throws<ArgumentException>(() => model.Sample(new("active-mid"), "tone", ["warm", "dry"], default, new SeededRandom("x"))).Message;
        Assert.Contains("(active-mid, tone, dry)", message, StringComparison.Ordinal);
    }

    /// <summary>Whatever stands in the way, the answer is the reason and never an effect of 0; what binarises an effect cannot be given one that is not identified.</summary>
    [Fact]
    public void What_is_not_identified_is_never_a_zero()
    {
        var nobody = Treated();
        (WhyNot Why, Effect Effect)[] cases =
        [
            (WhyNot.WindowOpen, Measure(nobody, Controls(9, 0), circumstances: new() { Watermark = T })),
            (WhyNot.NotDelivered, Measure(nobody, Controls(9, 0), circumstances: new() { Refused = true })),
            (WhyNot.Overlap, Measure(nobody.SentAt(3), Controls(9, 0))),
            (WhyNot.NotObserved, Measure(nobody with { ObservedSince = Hours(-3) }, Controls(9, 0))),
            (WhyNot.NoWeights, Effect.Measure(T, nobody, Controls(9, 0), 1, Options, EventWeights.None.Version)),
            (WhyNot.IngestGap, Measure(nobody, Controls(9, 0), circumstances: new() { IngestGaps = [new(Hours(1), Hours(40))] })),
            (WhyNot.FewControls, Measure(nobody with { ObservedSince = Hours(-72) }, Controls(4, 0))),
        ];
        Assert.All(cases, one => Assert.Equal(one.Why, one.Effect.Why()));
        Assert.Equal(Enum.GetValues<WhyNot>().Order(), cases.Select(one => one.Why).Order());
        Assert.Equal(typeof(Effect.Identified), typeof(Success).GetMethod(nameof(Success.Of), [typeof(Effect.Identified), typeof(Threshold)])!.GetParameters()[0].ParameterType);
        Assert.Equal(0, Measure(nobody, Controls(9, 0)).Identified().Value);
    }

    static NeuralLinear Features(double x)
    {
        var model = new NeuralLinear((_, _, _) => [x], 1, 1, 2, 1, null);
        return (NeuralLinear)model.Update(default, new Dictionary<string, string> { ["tone"] = "warm" }, new(null, 1, 1, default));
    }

    static MatchOptions Differing(double x) => new()
    {
        Embeddings = ImmutableDictionary<(string, string), ImmutableArray<double>>.Empty.Add(("tone", "a"), [x, 1]).Add(("tone", "b"), [1, 1]),
    };

    static LoggedChoice Row(string action, double outcome) => new("x", action, outcome, 0.5, false);

    static OffPolicy Evaluate(LoggedChoice[] log) => OffPolicy.Evaluate(
        log, new TargetPolicy(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["x"] = new Dictionary<string, double> { ["a"] = 0.4, ["b"] = 0.6 } }), WeightCap.None, default);
}
