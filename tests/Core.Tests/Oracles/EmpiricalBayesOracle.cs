using System.Text.Json;
using Aampe.Agents.Core.Posteriors;
using static Aampe.Agents.Core.Tests.Oracles.ReferenceFile;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>
/// Priors against beta-binomial.json (scipy; R's VGAM agrees): log-likelihood 1e-6, mean and strength 1e-4 relative; and normal-normal.json,
/// 1e-9 relative.
/// </summary>
public sealed class EmpiricalBayesOracle
{
    public static TheoryData<string> BetaCases => Cases("beta-binomial");

    public static TheoryData<string> NormalCases => Cases("normal-normal");

    [Theory]
    [MemberData(nameof(BetaCases))]
    public void The_likelihood_has_its_maximum_where_the_reference_has_it(string id)
    {
        var (users, expected) = Cohort(id);
        var cohort = new BetaBinomial([.. users.Select(user => (user.Successes, user.Trials, 1))]);
        Assert.Equal(expected.GetProperty("users").GetInt32(), cohort.Users);
        Assert.Equal(expected.GetProperty("trials").GetDouble(), cohort.Trials);
        Assert.Equal(expected.GetProperty("successes").GetDouble(), cohort.Successes);
        if (expected.TryGetProperty("moment", out var moment))
        {
            Assert.NotNull(cohort.Moments());
            Close(moment.GetProperty("mean"), cohort.Moments()!.Value.Mean, 1e-9, 0, "moment mean");
            Close(moment.GetProperty("rho"), cohort.Moments()!.Value.Correlation, 1e-9, 0, "rho");
            Close(moment.GetProperty("strength"), cohort.Moments()!.Value.Strength, 1e-9, 0, "moment strength");
        }

        if (expected.GetProperty("mle") is not { ValueKind: JsonValueKind.Object } mle)
        {
            return;
        }

        var fit = cohort.Maximum();
        Close(mle.GetProperty("logLikelihood"), fit.LogLikelihood, 0, 1e-6, "log-likelihood");
        Close(mle.GetProperty("mean"), fit.Mean, 1e-4, 0, "mean");
        if (mle.GetProperty("strength").ValueKind == JsonValueKind.String)
        {
            Assert.True(fit.Strength >= 1e4, $"strength should diverge, was {fit.Strength}");
            return;
        }

        Close(mle.GetProperty("strength"), fit.Strength, 1e-4, 0, "strength");
        Close(mle.GetProperty("alpha"), fit.Alpha, 2e-4, 0, "alpha");
        Close(mle.GetProperty("beta"), fit.Beta, 2e-4, 0, "beta");
    }

    [Theory]
    [MemberData(nameof(BetaCases))]
    public void Priors_match_the_reference(string id)
    {
        var (users, expected) = Cohort(id);
        var ours = EmpiricalBayes.Fit(users, null);
        if (expected.GetProperty("prior").ValueKind == JsonValueKind.String)
        {
            Assert.Equal((new BetaPosterior(1, 1), PriorSource.Parent), (ours.Prior, ours.Source));
            return;
        }

        Close(expected.GetProperty("prior").GetProperty("alpha"), ours.Prior.Alpha, 1e-4, 0, "alpha");
        Close(expected.GetProperty("prior").GetProperty("beta"), ours.Prior.Beta, 1e-4, 0, "beta");
    }

    [Theory]
    [MemberData(nameof(NormalCases))]
    public void Normal_normal_fits_match_the_reference(string id)
    {
        var one = Case("normal-normal", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        var fit = NormalNormal.Fit(Numbers(input, "means"), Numbers(input, "variances"));
        Near(expected, "fixedMean", fit.FixedMean);
        Near(expected, "Q", fit.Heterogeneity);
        Near(expected, "tau2", fit.BetweenVariance);
        Near(expected, "mean", fit.Mean);
        Assert.All(expected.GetProperty("shrinkage").EnumerateArray().Zip(fit.Shrinkage), pair => Close(pair.First, pair.Second, 1e-9, 1e-12, "shrinkage"));
        Assert.All(expected.GetProperty("posteriorMeans").EnumerateArray().Zip(fit.PosteriorMeans), pair => Close(pair.First, pair.Second, 1e-9, 1e-12, "posterior mean"));
        var prior = fit.Prior(input.GetProperty("sigma2").GetDouble(), EmpiricalBayes.DefaultStrengthCap);
        Near(expected.GetProperty("prior"), "mu", prior.Mu);
        Near(expected.GetProperty("prior"), "kappa", prior.Kappa);
        Near(expected.GetProperty("prior"), "a", prior.A);
        Near(expected.GetProperty("prior"), "b", prior.B);
    }

    static ((int Successes, int Trials)[] Users, JsonElement Expected) Cohort(string id)
    {
        var one = Case("beta-binomial", id);
        var input = one.GetProperty("input");
        return ([.. input.GetProperty("successes").EnumerateArray().Zip(input.GetProperty("trials").EnumerateArray(), (s, n) => (s.GetInt32(), n.GetInt32()))], one.GetProperty("expected"));
    }

    static double[] Numbers(JsonElement of, string field) => [.. of.GetProperty(field).EnumerateArray().Select(x => x.GetDouble())];

    static void Near(JsonElement expected, string field, double ours) => Close(expected.GetProperty(field), ours, 1e-9, 1e-12, field);
}
