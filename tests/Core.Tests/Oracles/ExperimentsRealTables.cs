using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Real trials and logs; the expected numbers are scipy's and statsmodels' on the same tables.</summary>
public sealed class ExperimentsRealTables
{
    const double Tolerance = 1e-9;

    /// <summary>
    /// Totals of K. Hillstrom's e-mail trial (MineThatData challenge, 2008): 64,000 users, mens' and womens' mail against none, two weeks.
    /// Columns: users and successes of the arm, successes of the 21,306 controls, Newcombe's limits at 99 %, pooled z.
    /// </summary>
    [Theory]
    [InlineData("mens visit", 21307, 3894, 2262, 0.06786760630606826, 0.0853131035832223, 22.48604082719282)]
    [InlineData("mens conversion", 21307, 267, 122, 0.0044528097864345185, 0.009234580874350215, 7.385114410925771)]
    [InlineData("womens visit", 21387, 3238, 2262, 0.03690188420858394, 0.05356816418150952, 13.949180655258505)]
    [InlineData("womens conversion", 21387, 189, 122, 0.0009919036096688698, 0.005273108058110437, 3.77956095835785)]
    public void Visits_and_conversions_of_the_Hillstrom_trial_agree(string what, long users, long successes, long controls, double low, double high, double z)
    {
        var (treated, control) = (new Proportion(successes, users), new Proportion(controls, 21306));
        var estimate = (Estimate.Known)ProportionDifference.Newcombe(treated, control, default);
        Assert.True(Math.Abs(estimate.Low - low) < Tolerance && Math.Abs(estimate.High - high) < Tolerance, what);
        Assert.Equal(z, ((Significance.Tested)ProportionDifference.Test(treated, control)).Statistic, Tolerance * z);
    }

    /// <summary>Spend of the same trial: users, mean and variance of the arm, limits of the relative change at 99 %.</summary>
    [Theory]
    [InlineData(21307, 1.422616511005773, 315.21179886555484, 0.4859752068580112, 2.1960826282344232)]
    [InlineData(21387, 1.0772015710478329, 228.49667483465944, 0.10720508244698079, 1.4593467072948423)]
    public void Spend_of_the_Hillstrom_trial_agrees(long users, double mean, double variance, double low, double high)
    {
        var control = new Moments(21306, 0.6527893551112363, 134.28637185302165 * 21305);
        var estimate = (Estimate.Known)RatioOfMeans.Delta(new(users, mean, variance * (users - 1)), control, default);
        Assert.Equal(low, estimate.Low, Tolerance);
        Assert.Equal(high, estimate.High, Tolerance);
    }

    [Fact]
    public void The_arms_of_the_Hillstrom_trial_have_their_planned_sizes() =>
        Assert.Equal(0.9036929575604196, ((SampleRatio.Tested)SampleRatio.Test([21307, 21387, 21306], [1, 1, 1])).PValue, 1e-8);

    /// <summary>Open Bandit sample (Saito et al., 2020): the uniform policy judged from the log of a Thompson sampler over 34 items.</summary>
    [RealTableFact("obd-men-bts.csv")]
    public void The_uniform_policy_is_judged_alike_from_the_open_bandit_log()
    {
        LoggedChoice[] log = [.. Rows("obd-men-bts.csv").Select(row => new LoggedChoice("all", row["item"], Number(row["click"]), Number(row["propensity"]), false))];
        var rate = log.Average(row => row.Outcome);
        var items = Enumerable.Range(0, 34).Select(item => item.ToString(CultureInfo.InvariantCulture)).ToArray();
        var model = new OutcomeModel(
            items.ToDictionary(item => ("all", item), item => (log.Where(row => row.Action == item).Sum(row => row.Outcome) + 20 * rate) / (log.Count(row => row.Action == item) + 20)), rate);
        var uniform = new TargetPolicy(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["all"] = items.ToDictionary(item => item, _ => 1 / 34.0) });
        var ours = (OffPolicy.Evaluated)OffPolicy.Evaluate(log, uniform, model, WeightCap.None, default);
        var expected = Expected("openBanditMen").GetProperty("uniformFromThompsonLog");
        Close(expected, "ips", ours.InverseProbability.Value);
        Close(expected, "ipsStandardError", ours.InverseProbability.StandardError);
        Close(expected, "snips", ours.SelfNormalised.Value);
        Close(expected, "snipsStandardError", ours.SelfNormalised.StandardError);
        Close(expected, "dr", ours.DoublyRobust.Value);
        Close(expected, "drStandardError", ours.DoublyRobust.StandardError);
        Close(expected, "effectiveSampleSize", ours.EffectiveRows);
        Close(expected, "meanWeight", ours.MeanWeight);
    }

    /// <summary>Telephone reminder and turnout (Gerber and Green 2000; Imai 2005). Ties abound, so the pairs themselves depend on the rule for ties.</summary>
    [RealTableFact("gerber-green-imai.csv")]
    public void Propensities_of_the_turnout_study_agree()
    {
        PairingUnit[] units = [.. Rows("gerber-green-imai.csv").Select((row, at) => new PairingUnit(
            at.ToString("d5", CultureInfo.InvariantCulture), row["PHN.C1"] == "1",
            [Number(row["AGE"]), Number(row["VOTE96.1"]), Number(row["NEW"]), Number(row["MAJORPTY"]), Number(row["PERSONS"]) - 1], Number(row["VOTED98"])))];
        var ours = (PropensityPairing.Paired)PropensityPairing.Compare(units, PropensityPairing.UsualCaliper, default);
        var expected = Expected("gerberGreenImai");
        string[] covariates = ["age", "voted96", "fresh", "major", "persons"];
        Assert.All(covariates.Zip(ours.Coefficients), pair => Close(expected.GetProperty("coefficients"), pair.First, pair.Second, 1e-6));
        Assert.All(covariates.Zip(ours.BalanceBefore), pair => Close(expected.GetProperty("smdBefore"), pair.First, ((Balance.Known)pair.Second).Value));
        Close(expected, "logLikelihood", ours.LogLikelihood);
        Close(expected, "caliper", ours.Caliper, 1e-6);
        Close(expected, "pairCount", ours.Pairs.Length);
        Close(expected, "unadjusted", ours.Unadjusted);
    }

    static JsonElement Expected(string table) =>
        JsonDocument.Parse(File.ReadAllBytes(RealTableFactAttribute.PathOf("expected.json"))).RootElement.GetProperty(table);

    static void Close(JsonElement expected, string field, double ours, double tolerance = Tolerance) =>
        ReferenceFile.Close(expected.GetProperty(field), ours, tolerance, 1e-12, field);

    static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadLines(RealTableFactAttribute.PathOf(file)).Select(line => line.Replace("\"", "", StringComparison.Ordinal).Split(','));
        var names = lines.First();
        return lines.Skip(1).Select(cells => names.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second));
    }

    static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
