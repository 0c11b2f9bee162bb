using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Whole public tables against expected.json, field by field; the tolerances are those of the reference file of the same topic. See Oracles/Real/README.md.</summary>
public sealed class RealTables
{
    /// <summary>K. Hillstrom's e-mail trial: every number of both comparisons, from the 64,000 rows.</summary>
    [RealTableFact("hillstrom.csv")]
    public void The_Hillstrom_trial_agrees_from_its_rows()
    {
        var arms = Rows("hillstrom.csv").GroupBy(row => row["email"]).ToDictionary(arm => arm.Key, arm => arm.ToArray());
        foreach (var name in (string[])["mens", "womens"])
        {
            var (treated, control, expected) = (arms[name], arms["none"], Expected("hillstrom").GetProperty(name));
            var ratio = Assert.IsType<SampleRatio.Tested>(SampleRatio.Test([treated.Length, control.Length], [1, 1]));
            Near(expected.GetProperty("sampleRatio"), "chiSquare", ratio.ChiSquare, 1e-8);
            Near(expected.GetProperty("sampleRatio"), "p", ratio.PValue, 1e-8);
            foreach (var what in (string[])["visit", "conversion"])
            {
                Proportions(expected.GetProperty(what), Counted(treated, what), Counted(control, what));
            }

            Spend(expected.GetProperty("spend"), Moments.Of(Column(treated, "spend")), Moments.Of(Column(control, "spend")));
            foreach (var covariate in expected.GetProperty("balance").EnumerateObject())
            {
                var balance = covariate.Name is "recency" or "history"
                    ? Balance.OfMeans(Moments.Of(Column(treated, covariate.Name)), Moments.Of(Column(control, covariate.Name)))
                    : Balance.OfProportions(Counted(treated, covariate.Name), Counted(control, covariate.Name));
                ReferenceFile.Close(covariate.Value, Assert.IsType<Balance.Known>(balance).Value, 1e-9, 1e-12, covariate.Name);
            }
        }
    }

    /// <summary>The uniform policy judged from its own log: the plain click rate, and a doubly robust answer near it.</summary>
    [RealTableFact("obd-men-random.csv")]
    public void The_open_bandit_log_of_the_uniform_policy_gives_its_own_click_rate()
    {
        var thompson = Rows("obd-men-bts.csv").Select(row => (Item: row["item"], Click: Number(row["click"]))).ToArray();
        LoggedChoice[] log = [.. Rows("obd-men-random.csv").Select(row => new LoggedChoice("all", row["item"], Number(row["click"]), Number(row["propensity"]), false))];
        var rate = thompson.Average(row => row.Click);
        var items = Enumerable.Range(0, 34).Select(item => item.ToString(CultureInfo.InvariantCulture)).ToArray();
        var model = new OutcomeModel(items.ToDictionary(item => ("all", item), item =>
            (thompson.Where(row => row.Item == item).Sum(row => row.Click) + 20 * rate) / (thompson.Count(row => row.Item == item) + 20)), rate);
        var uniform = new TargetPolicy(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["all"] = items.ToDictionary(item => item, _ => 1 / 34.0) });
        var ours = Assert.IsType<OffPolicy.Evaluated>(OffPolicy.Evaluate(log, uniform, model, WeightCap.None, default));
        var clipped = Assert.IsType<OffPolicy.Evaluated>(OffPolicy.Evaluate(log, uniform, model, WeightCap.At(20), default));
        var expected = Expected("openBanditMen");
        Assert.Equal(expected.GetProperty("clicksRandom").GetInt32(), log.Sum(row => row.Outcome));
        Assert.Equal(expected.GetProperty("clicksThompson").GetInt32(), thompson.Sum(row => row.Click));
        Near(expected, "clickRateUnderUniform", log.Average(row => row.Outcome));
        expected = expected.GetProperty("uniformFromUniformLog");
        Assert.Equal((expected.GetProperty("n").GetInt32(), expected.GetProperty("rejected").GetInt32()), (ours.Rows, ours.Rejected));
        (string Field, double Ours)[] fields =
        [
            ("ips", ours.InverseProbability.Value), ("ipsStandardError", ours.InverseProbability.StandardError), ("snips", ours.SelfNormalised.Value),
            ("snipsStandardError", ours.SelfNormalised.StandardError), ("dr", ours.DoublyRobust.Value), ("drStandardError", ours.DoublyRobust.StandardError),
            ("effectiveSampleSize", ours.EffectiveRows), ("meanWeight", ours.MeanWeight), ("ipsClipped20", clipped.InverseProbability.Value),
        ];
        Assert.All(fields, field => Near(expected, field.Field, field.Ours));
        Assert.False(ours.Unreliable);
    }

    /// <summary>
    /// Hits of 45 and the rest of the season of 18 batters of 1970 (Efron and Morris 1975, table 1). Shrunk with the pooled binomial variance their squared error
    /// falls from 0.0753 to 0.0218; the sample is under-dispersed, so the cap decides the Beta prior.
    /// </summary>
    [Fact]
    public void Batting_averages_are_shrunk_as_the_reference_shrinks_them()
    {
        var expected = Expected("efronMorris");
        double[] y = [.. batters.Select(one => one.Hits / 45.0)];
        var fit = NormalNormal.Fit(y, [.. y.Select(_ => y.Average() * (1 - y.Average()) / 45)]);
        var normal = expected.GetProperty("normalNormal");
        Near(normal, "fixedMean", fit.FixedMean);
        Near(normal, "Q", fit.Heterogeneity);
        Near(normal, "tau2", fit.BetweenVariance);
        Near(normal, "mean", fit.Mean);
        Assert.All(normal.GetProperty("shrinkage").EnumerateArray().Zip(fit.Shrinkage), pair => ReferenceFile.Close(pair.First, pair.Second, 1e-9, 1e-12, "shrinkage"));
        Assert.All(normal.GetProperty("posteriorMeans").EnumerateArray().Zip(fit.PosteriorMeans), pair => ReferenceFile.Close(pair.First, pair.Second, 1e-9, 1e-12, "posterior mean"));
        Near(expected, "sumOfSquaresRaw", batters.Zip(y, (one, raw) => (raw - one.Later) * (raw - one.Later)).Sum());
        Near(expected, "sumOfSquaresShrunk", batters.Zip(fit.PosteriorMeans, (one, shrunk) => (shrunk - one.Later) * (shrunk - one.Later)).Sum());
        Cohort(expected.GetProperty("betaBinomial"), [.. batters.Select(one => (one.Hits, 45))]);
        Assert.Equal(EmpiricalBayes.DefaultStrengthCap, EmpiricalBayes.Fit(batters.Select(one => (one.Hits, 45)), null).Prior.Strength, 1e-9);
    }

    /// <summary>Deaths of litters whose mothers lacked iron (Moore and Tsiatis 1991): strong over-dispersion, strength 0.67.</summary>
    [RealTableFact("low-iron-rats.csv")]
    public void Litters_of_rats_have_the_likelihood_of_the_reference() => Cohort(Expected("lowIronRats"), Pairs("low-iron-rats.csv"));

    /// <summary>Stomach-cancer deaths of 20 cities: the likelihood has no finite maximum, so the cap is the prior's strength and says so.</summary>
    [RealTableFact("cancer-mortality.csv")]
    public void Cancer_mortality_has_no_finite_maximum_and_takes_the_cap()
    {
        var users = Pairs("cancer-mortality.csv");
        Cohort(Expected("cancerMortality"), users);
        var prior = EmpiricalBayes.Fit(users, null);
        Assert.Equal(PriorSource.UnderDispersed, prior.Source);
        Assert.Equal(EmpiricalBayes.DefaultStrengthCap, prior.Prior.Strength, 1e-9);
    }

    /// <summary>CDNOW (Fader and Hardie): 69,659 purchases as events with values; labels "buys again within 28 days" against a scan of all pairs.</summary>
    [RealTableFact("cdnow.csv"), Trait("layer", "long")]
    public void Purchases_of_CDNOW_are_counted_as_a_scan_counts_them()
    {
        var rows = Rows("cdnow.csv").ToArray();
        var expected = Expected("cdnow");
        Assert.Equal(expected.GetProperty("rows").GetInt32(), rows.Length);
        Assert.Equal(expected.GetProperty("total").GetDouble(), rows.Sum(row => Number(row["value"])), 5e-3);
        Assert.Equal((expected.GetProperty("first").GetString(), expected.GetProperty("last").GetString()), (rows.Min(row => row["date"]), rows.Max(row => row["date"])));
        var users = rows.Select((row, i) => (User: row["customer"], Event: new UserEvent((ulong)i, "buy", At(row["date"]), Number(row["value"])))).GroupBy(one => one.User, one => one.Event).ToArray();
        Assert.Equal(expected.GetProperty("customers").GetInt32(), users.Length);
        var (goals, tau, until) = (new HashSet<string> { "buy" }, TimeSpan.FromDays(28), At("1998-07-01"));
        var (counts, scanned) = (EventCounts.Empty, new EventCount(0, 0));
        foreach (var user in users)
        {
            UserEvent[] events = [.. user.Order(UserEvent.Order)];
            counts = counts.Merge(EventCounts.OfUser(events, goals, tau, Instant.Earliest, until));
            scanned = events.Where(e => e.At + tau <= until).Aggregate(scanned, (sum, e) => sum + (events.Any(other => other.Id != e.Id && other.At >= e.At && other.At < e.At + tau) ? new EventCount(1, 0) : new(0, 1)));
        }

        Assert.Equal(scanned, counts["buy"]);
        Assert.True(scanned.Goal > 15_000 && scanned.Other > 30_000, scanned.ToString());
    }

    /// <summary>What the first file says of the telephone reminder and the existing test leaves out: balance within pairs and treated users left over.</summary>
    [RealTableFact("gerber-green-imai.csv")]
    public void Pairs_of_the_turnout_study_are_as_balanced_as_those_of_the_reference()
    {
        PairingUnit[] units = [.. Rows("gerber-green-imai.csv").Select((row, at) => new PairingUnit(
            at.ToString("d5", CultureInfo.InvariantCulture), row["PHN.C1"] == "1",
            [Number(row["AGE"]), Number(row["VOTE96.1"]), Number(row["NEW"]), Number(row["MAJORPTY"]), Number(row["PERSONS"]) - 1], Number(row["VOTED98"])))];
        var ours = Assert.IsType<PropensityPairing.Paired>(PropensityPairing.Compare(units, PropensityPairing.UsualCaliper, default));
        var expected = Expected("gerberGreenImai");
        Near(expected.GetProperty("coefficients"), "intercept", ours.Intercept, 1e-6);
        Near(expected, "pooledStandardDeviation", ours.PooledStandardDeviation, 1e-6);
        Assert.Equal(expected.GetProperty("unpaired").GetInt32(), ours.Unpaired);
        string[] covariates = ["age", "voted96", "fresh", "major", "persons"];
        Assert.All(covariates.Zip(ours.BalanceAfter), pair => Near(expected.GetProperty("smdAfter"), pair.First, ((Balance.Known)pair.Second).Value, 1e-6));
    }

    static void Proportions(JsonElement expected, Proportion treated, Proportion control)
    {
        Assert.Equal((expected.GetProperty("treatedCount").GetInt64(), expected.GetProperty("controlCount").GetInt64()), (treated.Successes, control.Successes));
        foreach (var level in (double[])[0.99, 0.95])
        {
            var at = expected.GetProperty(level.ToString(CultureInfo.InvariantCulture));
            Limits(at.GetProperty("wald"), ProportionDifference.Wald(treated, control, new(level)));
            Limits(at.GetProperty("newcombe"), ProportionDifference.Newcombe(treated, control, new(level)));
            Limits(at.GetProperty("wilsonTreated"), treated.Wilson(new(level)));
            Limits(at.GetProperty("wilsonControl"), control.Wilson(new(level)));
        }

        var test = Assert.IsType<Significance.Tested>(ProportionDifference.Test(treated, control));
        Near(expected, "pooledZ", test.Statistic);
        Near(expected, "pooledP", test.PValue);
    }

    static void Spend(JsonElement expected, Moments treated, Moments control)
    {
        foreach (var (name, moments) in (ReadOnlySpan<(string, Moments)>)[("treatedMoments", treated), ("controlMoments", control)])
        {
            Near(expected.GetProperty(name), "n", moments.N);
            Near(expected.GetProperty(name), "mean", moments.Mean);
            Near(expected.GetProperty(name), "variance", moments.Variance());
        }

        foreach (var level in (double[])[0.99, 0.95])
        {
            var at = expected.GetProperty(level.ToString(CultureInfo.InvariantCulture));
            Limits(at.GetProperty("delta"), RatioOfMeans.Delta(treated, control, new(level)));
            Limits(at.GetProperty("fieller"), RatioOfMeans.Fieller(treated, control, new(level)));
        }

        Near(expected, "relative", Assert.IsType<Estimate.Known>(RatioOfMeans.Delta(treated, control, default)).Value);
        Near(expected, "logStandardError", Assert.IsType<Estimate.Known>(RatioOfMeans.LogRatio(treated, control, default)).StandardError);
    }

    // Tolerances of beta-binomial.json: 1e-6 for the log-likelihood, 1e-4 relative for mean and strength.
    static void Cohort(JsonElement expected, (int Successes, int Trials)[] users)
    {
        var cohort = new BetaBinomial([.. users.Select(user => (user.Successes, user.Trials, 1))]);
        Assert.Equal((expected.GetProperty("users").GetInt32(), expected.GetProperty("trials").GetDouble(), expected.GetProperty("successes").GetDouble()), (cohort.Users, cohort.Trials, cohort.Successes));
        var moments = cohort.Moments()!.Value;
        Near(expected.GetProperty("moment"), "mean", moments.Mean);
        Near(expected.GetProperty("moment"), "rho", moments.Correlation);
        Near(expected.GetProperty("moment"), "strength", moments.Strength);
        var (fit, mle) = (cohort.Maximum(), expected.GetProperty("mle"));
        ReferenceFile.Close(mle.GetProperty("logLikelihood"), fit.LogLikelihood, 0, 1e-6, "log-likelihood");
        Near(mle, "mean", fit.Mean, 1e-4);
        if (mle.GetProperty("strength").ValueKind == JsonValueKind.String)
        {
            Assert.True(fit.Strength >= 1e4, $"strength should diverge; was {fit.Strength}");
            return;
        }

        Near(mle, "strength", fit.Strength, 1e-4);
        Near(mle, "alpha", fit.Alpha, 2e-4);
        Near(mle, "beta", fit.Beta, 2e-4);
    }

    static void Limits(JsonElement expected, Estimate ours)
    {
        var known = Assert.IsType<Estimate.Known>(ours);
        ReferenceFile.Close(expected[0], known.Low, 1e-9, 1e-12, "low");
        ReferenceFile.Close(expected[1], known.High, 1e-9, 1e-12, "high");
    }

    static void Near(JsonElement expected, string field, double ours, double relative = 1e-9) => ReferenceFile.Close(expected.GetProperty(field), ours, relative, 1e-12, field);

    static JsonElement Expected(string table) => JsonDocument.Parse(File.ReadAllBytes(RealTableFactAttribute.PathOf("expected.json"))).RootElement.GetProperty(table);

    static (int, int)[] Pairs(string file) => [.. Rows(file).Select(row => (int.Parse(row["successes"], CultureInfo.InvariantCulture), int.Parse(row["trials"], CultureInfo.InvariantCulture)))];

    static Proportion Counted(Dictionary<string, string>[] arm, string column) => new(arm.Count(row => row[column] == "1"), arm.Length);

    static double[] Column(Dictionary<string, string>[] arm, string column) => [.. arm.Select(row => Number(row[column]))];

    static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadLines(RealTableFactAttribute.PathOf(file)).Select(line => line.Replace("\"", "", StringComparison.Ordinal).Split(','));
        var names = lines.First();
        return lines.Skip(1).Select(cells => names.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second));
    }

    static Instant At(string date) => Instant.From(new DateTimeOffset(DateTime.Parse(date, CultureInfo.InvariantCulture), TimeSpan.Zero));

    static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    static readonly (int Hits, double Later)[] batters =
    [
        (18, 0.346), (17, 0.298), (16, 0.276), (15, 0.222), (14, 0.273), (14, 0.27), (13, 0.263), (12, 0.21), (11, 0.269),
        (11, 0.23), (10, 0.264), (10, 0.256), (10, 0.303), (10, 0.264), (10, 0.226), (9, 0.285), (8, 0.316), (7, 0.2),
    ];
}
