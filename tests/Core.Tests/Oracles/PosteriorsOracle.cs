using System.Text.Json;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;
using static Aampe.Agents.Core.Tests.Oracles.ReferenceFile;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Beliefs against beta-posterior.json, gaussian-posterior.json and joint-gaussian.json (scipy), 1e-8 relative.</summary>
public sealed class PosteriorsOracle
{
    const double Relative = 1e-8;
    const double Absolute = 1e-10;

    public static TheoryData<string> BetaCases => Cases("beta-posterior");

    public static TheoryData<string> GaussianCases => Cases("gaussian-posterior");

    public static TheoryData<string> JointCases => Cases("joint-gaussian");

    [Theory]
    [MemberData(nameof(BetaCases))]
    public void Beta_beliefs_with_forgetting_match_the_reference(string id)
    {
        var one = Case("beta-posterior", id);
        var input = one.GetProperty("input");
        var prior = new BetaPosterior(input.GetProperty("prior")[0].GetDouble(), input.GetProperty("prior")[1].GetDouble());
        TimeSpan? halfLife = input.GetProperty("halfLife") is { ValueKind: JsonValueKind.Number } h ? TimeSpan.FromMilliseconds(h.GetInt64()) : null;
        var evidence = default(Evidence);
        foreach (var (step, expected) in input.GetProperty("steps").EnumerateArray().Zip(one.GetProperty("expected").GetProperty("steps").EnumerateArray()))
        {
            var at = new Instant(step.GetProperty("t").GetInt64());
            evidence = step.GetProperty("b") is { ValueKind: JsonValueKind.Number } b
                ? evidence.Add(b.GetDouble(), 0, step.GetProperty("weight").GetDouble(), at, halfLife)
                : evidence.DecayedTo(at, halfLife);
            var posterior = evidence.Posterior(prior);
            Near(expected, "alpha", posterior.Alpha);
            Near(expected, "beta", posterior.Beta);
            Near(expected, "mean", posterior.Mean);
            Near(expected, "variance", posterior.Variance);
            Near(expected, "q05", posterior.Interval90.Low);
            Near(expected, "q95", posterior.Interval90.High);
        }
    }

    [Theory]
    [MemberData(nameof(GaussianCases))]
    public void Gaussian_beliefs_match_the_reference(string id)
    {
        var one = Case("gaussian-posterior", id);
        if (one.GetProperty("input").TryGetProperty("values", out var values))
        {
            Batch(one, [.. values.EnumerateArray().Select(x => x.GetDouble())]);
        }
        else
        {
            Steps(one);
        }
    }

    [Theory]
    [MemberData(nameof(JointCases))]
    public void Joint_beliefs_match_the_reference(string id)
    {
        var one = Case("joint-gaussian", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        var layout = new JointLayout(input.GetProperty("sets").EnumerateObject()
            .Select(set => (set.Name, System.Collections.Immutable.ImmutableArray.CreateRange(set.Value.EnumerateArray().Select(a => a.GetString()!)))));
        var prior = new JointGaussian(
            Numbers(input.GetProperty("priorMean")),
            [.. input.GetProperty("priorCovariance").EnumerateArray().SelectMany(Numbers)],
            input.GetProperty("a").GetDouble(),
            input.GetProperty("b").GetDouble());
        var evidence = JointEvidence.Empty(layout.Dimension);
        foreach (var row in input.GetProperty("rows").EnumerateArray())
        {
            evidence = evidence.Add(layout.Row(Actions(row)), row.GetProperty("y").GetDouble(), 1, new Instant(0), null);
        }

        var posterior = prior.Posterior(evidence);
        Near(expected, "a", posterior.A);
        Near(expected, "b", posterior.B);
        AllNear(Numbers(expected.GetProperty("mean")), posterior.Mean, "mean");
        AllNear([.. expected.GetProperty("covarianceOverNoise").EnumerateArray().SelectMany(Numbers)], posterior.Covariance, "covariance");
        foreach (var message in expected.GetProperty("messages").EnumerateArray())
        {
            var value = posterior.Value(layout.Row(Actions(message)));
            Near(message, "mean", value.Mean);
            Near(message, "scale", value.Scale);
        }
    }

    static void Steps(JsonElement one)
    {
        var belief = Prior(one);
        foreach (var (seen, expected) in one.GetProperty("input").GetProperty("observations").EnumerateArray().Zip(one.GetProperty("expected").GetProperty("steps").EnumerateArray()))
        {
            belief = belief.Update(seen[0].GetDouble(), seen[1].GetDouble());
            Same(expected, belief, Relative);
            Near(expected, "marginalScale", belief.Scale);
            Near(expected, "q05", belief.Interval90.Low);
            Near(expected, "q95", belief.Interval90.High);
            Near(expected, "probabilityPositive", 1 - belief.Cdf(0));
        }
    }

    static void Batch(JsonElement one, double[] values)
    {
        var halfLife = TimeSpan.FromDays(10);
        var discount = one.GetProperty("input").GetProperty("discount").GetDouble();
        var evidence = values.Aggregate(default(Evidence), (known, x) => known.Add(null, x, 1, new Instant(0), halfLife));
        var decayed = evidence.DecayedTo(new Instant((long)(halfLife.TotalMilliseconds * -Math.Log2(discount))), halfLife);
        Same(one.GetProperty("expected"), decayed.Posterior(Prior(one)), one.GetProperty("id").GetString() == "large-offset" ? 1e-6 : Relative);
    }

    static GaussianPosterior Prior(JsonElement one)
    {
        var p = Numbers(one.GetProperty("input").GetProperty("prior"));
        return new(p[0], p[1], p[2], p[3]);
    }

    static void Same(JsonElement expected, GaussianPosterior ours, double relativeB)
    {
        Near(expected, "mu", ours.Mu);
        Near(expected, "kappa", ours.Kappa);
        Near(expected, "a", ours.A);
        Close(expected.GetProperty("b"), ours.B, relativeB, Absolute, "b");
    }

    static Dictionary<string, string> Actions(JsonElement row) =>
        row.GetProperty("actions").EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString()!);

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    static void AllNear(double[] expected, IReadOnlyList<double> ours, string what)
    {
        Assert.Equal(expected.Length, ours.Count);
        Assert.All(expected.Zip(ours), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Absolute + Relative * Math.Abs(pair.First), $"{what}: {pair}"));
    }

    static void Near(JsonElement expected, string field, double ours) => Close(expected.GetProperty(field), ours, Relative, Absolute, field);
}
