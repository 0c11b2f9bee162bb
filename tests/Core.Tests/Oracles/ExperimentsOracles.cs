using System.Text.Json;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Sections 12 and 13 against scipy and statsmodels (Reference/README.md); the tolerance is the file's own.</summary>
public sealed class ExperimentsOracles
{
    public static TheoryData<string> Proportions => ReferenceFile.Cases("proportions");

    public static TheoryData<string> Ratios => ReferenceFile.Cases("ratio-of-means");

    public static TheoryData<string> SampleRatios => ReferenceFile.Cases("sample-ratio");

    public static TheoryData<string> Balances => ReferenceFile.Cases("balance");

    public static TheoryData<string> Pairings => ReferenceFile.Cases("pairing");

    public static TheoryData<string> Logs => ReferenceFile.Cases("off-policy");

    [Theory, MemberData(nameof(Proportions))]
    public void Difference_of_proportions_agrees(string id)
    {
        var (input, expected) = Parts("proportions", id);
        var (treated, control) = (ProportionOf(input.GetProperty("treated")), ProportionOf(input.GetProperty("control")));
        foreach (var (name, level) in Levels)
        {
            var at = expected.GetProperty(name);
            Limits("proportions", at.GetProperty("wald"), ProportionDifference.Wald(treated, control, level), "wald");
            Limits("proportions", at.GetProperty("newcombe"), ProportionDifference.Newcombe(treated, control, level), "newcombe");
            Limits("proportions", at.GetProperty("wilsonTreated"), treated.Wilson(level), "wilsonTreated");
            Limits("proportions", at.GetProperty("wilsonControl"), control.Wilson(level), "wilsonControl");
            Value("proportions", expected.GetProperty("difference"), ProportionDifference.Newcombe(treated, control, level), "difference");
        }

        var tested = ProportionDifference.Test(treated, control) as Significance.Tested;
        Close("proportions", expected.GetProperty("pooledZ"), tested?.Statistic, "pooledZ");
        Close("proportions", expected.GetProperty("pooledP"), tested?.PValue, "pooledP");
    }

    [Theory, MemberData(nameof(Ratios))]
    public void Ratio_of_means_agrees(string id)
    {
        var (input, expected) = Parts("ratio-of-means", id);
        var (treated, control) = (MomentsOf(input, "treated"), MomentsOf(input, "control"));
        if (expected.TryGetProperty("treated", out _))
        {
            Agree("ratio-of-means", expected.GetProperty("treated"), treated);
            Agree("ratio-of-means", expected.GetProperty("control"), control);
        }

        foreach (var (name, level) in Levels)
        {
            Value("ratio-of-means", expected.GetProperty("relative"), RatioOfMeans.Delta(treated, control, level), "relative");
            Close("ratio-of-means", expected.GetProperty("logStandardError"), Known(RatioOfMeans.LogRatio(treated, control, level))?.StandardError, "logStandardError");
            Limits("ratio-of-means", expected.GetProperty(name).GetProperty("delta"), RatioOfMeans.Delta(treated, control, level), "delta");
            Limits("ratio-of-means", expected.GetProperty(name).GetProperty("fieller"), RatioOfMeans.Fieller(treated, control, level), "fieller");
        }
    }

    [Theory, MemberData(nameof(SampleRatios))]
    public void Sample_ratio_agrees(string id)
    {
        var (input, expected) = Parts("sample-ratio", id);
        var tested = Assert.IsType<SampleRatio.Tested>(SampleRatio.Test(
            [.. input.GetProperty("counts").EnumerateArray().Select(count => count.GetInt64())], Numbers(input.GetProperty("weights"))));
        Close("sample-ratio", expected.GetProperty("chiSquare"), tested.ChiSquare, "chiSquare");
        Close("sample-ratio", expected.GetProperty("p"), tested.PValue, "p");
        Assert.Equal(expected.GetProperty("degreesOfFreedom").GetInt32(), tested.DegreesOfFreedom);
        Assert.Equal(expected.GetProperty("mismatch").GetBoolean(), tested.Mismatch);
    }

    [Theory, MemberData(nameof(Balances))]
    public void Balance_agrees(string id)
    {
        var (input, expected) = Parts("balance", id);
        var (treated, control) = (Numbers(input.GetProperty("treated")), Numbers(input.GetProperty("control")));
        var balance = input.GetProperty("binary").GetBoolean()
            ? Balance.OfProportions(new((long)treated.Sum(), treated.Length), new((long)control.Sum(), control.Length))
            : Balance.OfMeans(Moments.Of(treated), Moments.Of(control));
        Close("balance", expected.GetProperty("difference"), ((Balance.Known)balance).Value, "difference");
    }

    [Theory, MemberData(nameof(Pairings))]
    public void Propensity_pairing_agrees(string id)
    {
        var (input, expected) = Parts("pairing", id);
        var covariates = input.GetProperty("covariates").EnumerateArray().Select(name => name.GetString()!).ToArray();
        var units = input.GetProperty("rows").EnumerateArray().Select(row => new PairingUnit(
            row.GetProperty("id").GetString()!, row.GetProperty("treated").GetInt32() == 1, [.. covariates.Select(name => row.GetProperty(name).GetDouble())], row.GetProperty("y").GetDouble())).ToArray();
        var paired = Assert.IsType<PropensityPairing.Paired>(PropensityPairing.Compare(units, input.GetProperty("caliper").GetDouble(), ConfidenceLevel.Default));

        Assert.Equal(
            expected.GetProperty("pairs").EnumerateArray().Select(pair => new UserPair(pair[0].GetString()!, pair[1].GetString()!)), paired.Pairs);
        Assert.Equal(expected.GetProperty("pairCount").GetInt32(), paired.Pairs.Length);
        Assert.Equal(expected.GetProperty("unpaired").GetInt32(), paired.Unpaired);
        Fit(expected.GetProperty("coefficients").GetProperty("intercept"), paired.Intercept, "intercept");
        Fit(expected.GetProperty("logLikelihood"), paired.LogLikelihood, "logLikelihood");
        Fit(expected.GetProperty("pooledStandardDeviation"), paired.PooledStandardDeviation, "pooledStandardDeviation");
        Fit(expected.GetProperty("caliper"), paired.Caliper, "caliper");
        for (var column = 0; column < covariates.Length; column++)
        {
            Fit(expected.GetProperty("coefficients").GetProperty(covariates[column]), paired.Coefficients[column], covariates[column]);
            Paired(expected.GetProperty("smdBefore").GetProperty(covariates[column]), ((Balance.Known)paired.BalanceBefore[column]).Value, "smdBefore");
            Paired(expected.GetProperty("smdAfter").GetProperty(covariates[column]), ((Balance.Known)paired.BalanceAfter[column]).Value, "smdAfter");
        }

        var effect = Assert.IsType<Estimate.Known>(paired.Effect);
        Paired(expected.GetProperty("estimate"), effect.Value, "estimate");
        Paired(expected.GetProperty("standardError"), effect.StandardError, "standardError");
        Paired(expected.GetProperty("interval99")[0], effect.Low, "low");
        Paired(expected.GetProperty("interval99")[1], effect.High, "high");
        Paired(expected.GetProperty("unadjusted"), paired.Unadjusted, "unadjusted");
    }

    [Theory, MemberData(nameof(Logs))]
    public void Off_policy_estimates_agree(string id)
    {
        var (input, expected) = Parts("off-policy", id);
        var log = input.GetProperty("rows").EnumerateArray().Select(LoggedChoiceOf).ToArray();
        var policy = new TargetPolicy(Table(input.GetProperty("policy")));
        var model = new OutcomeModel(Table(input.GetProperty("q")).SelectMany(context => context.Value.Select(cell => ((context.Key, cell.Key), cell.Value)))
            .ToDictionary(cell => cell.Item1, cell => cell.Value), 0);
        var ours = Assert.IsType<OffPolicy.Evaluated>(OffPolicy.Evaluate(log, policy, model, WeightCap.None, ConfidenceLevel.Default));
        var clipped = Assert.IsType<OffPolicy.Evaluated>(OffPolicy.Evaluate(log, policy, model, WeightCap.At(WeightCap.Usual), ConfidenceLevel.Default));

        Assert.Equal(expected.GetProperty("n").GetInt32(), ours.Rows);
        Assert.Equal(expected.GetProperty("rejected").GetInt32(), ours.Rejected);
        (string Field, double Ours)[] fields =
        [
            ("ips", ours.InverseProbability.Value), ("ipsStandardError", ours.InverseProbability.StandardError),
            ("snips", ours.SelfNormalised.Value), ("snipsStandardError", ours.SelfNormalised.StandardError),
            ("dr", ours.DoublyRobust.Value), ("drStandardError", ours.DoublyRobust.StandardError),
            ("effectiveSampleSize", ours.EffectiveRows), ("meanWeight", ours.MeanWeight), ("ipsClipped20", clipped.InverseProbability.Value),
        ];
        Assert.All(fields, field => Close("off-policy", expected.GetProperty(field.Field), field.Ours, field.Field));
    }

    static (string, ConfidenceLevel)[] Levels => [("0.99", ConfidenceLevel.Default), ("0.95", new(0.95))];

    static (JsonElement Input, JsonElement Expected) Parts(string topic, string id)
    {
        var one = ReferenceFile.Case(topic, id);
        return (one.GetProperty("input"), one.GetProperty("expected"));
    }

    static Proportion ProportionOf(JsonElement pair) => new(pair[0].GetInt64(), pair[1].GetInt64());

    static Moments MomentsOf(JsonElement input, string arm) =>
        input.TryGetProperty(arm + "Moments", out var given)
            ? new(given[0].GetInt64(), given[1].GetDouble(), given[2].GetDouble() * (given[0].GetInt64() - 1))
            : Moments.Of(Numbers(input.GetProperty(arm)));

    static LoggedChoice LoggedChoiceOf(JsonElement row)
    {
        var propensity = row.GetProperty("propensity");
        return new(
            row.GetProperty("x").GetString()!,
            row.GetProperty("a").GetString()!,
            row.GetProperty("r").GetDouble(),
            propensity.ValueKind == JsonValueKind.Null ? null : propensity.GetDouble(),
            Estimated: false);
    }

    static Dictionary<string, IReadOnlyDictionary<string, double>> Table(JsonElement table) =>
        table.EnumerateObject().ToDictionary(
            context => context.Name, context => (IReadOnlyDictionary<string, double>)context.Value.EnumerateObject().ToDictionary(cell => cell.Name, cell => cell.Value.GetDouble()));

    static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    static Estimate.Known? Known(Estimate estimate) => estimate as Estimate.Known;

    static void Agree(string topic, JsonElement expected, Moments ours)
    {
        Assert.Equal(expected.GetProperty("n").GetInt64(), ours.N);
        Close(topic, expected.GetProperty("mean"), ours.Mean, "mean");
        Close(topic, expected.GetProperty("variance"), ours.Variance(), "variance");
    }

    static void Limits(string topic, JsonElement expected, Estimate ours, string what)
    {
        var isNull = expected.ValueKind == JsonValueKind.Null;
        Close(topic, isNull ? expected : expected[0], Known(ours)?.Low, what + " low");
        Close(topic, isNull ? expected : expected[1], Known(ours)?.High, what + " high");
    }

    static void Value(string topic, JsonElement expected, Estimate ours, string what) => Close(topic, expected, Known(ours)?.Value, what);

    static void Close(string topic, JsonElement expected, double? ours, string what)
    {
        var tolerance = ReferenceFile.Read(topic).GetProperty("tolerance");
        ReferenceFile.Close(
            expected,
            ours,
            tolerance.TryGetProperty("relative", out var relative) ? relative.GetDouble() : 0,
            tolerance.TryGetProperty("absolute", out var absolute) ? absolute.GetDouble() : 0,
            what);
    }

    // The pairing file states one tolerance for the fit and one for the estimate; both absolute.
    static void Fit(JsonElement expected, double ours, string what) =>
        ReferenceFile.Close(expected, ours, 0, ReferenceFile.Read("pairing").GetProperty("tolerance").GetProperty("coefficients").GetDouble(), what);

    static void Paired(JsonElement expected, double ours, string what) =>
        ReferenceFile.Close(expected, ours, 0, ReferenceFile.Read("pairing").GetProperty("tolerance").GetProperty("estimate").GetDouble(), what);
}
