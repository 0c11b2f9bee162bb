using System.Text.Json;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Posteriors;
using static Aampe.Agents.Core.Tests.Oracles.ReferenceFile;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Selection probabilities against thompson.json (adaptive quadrature in scipy), 1e-6 absolute.</summary>
public sealed class ThompsonOracle
{
    const double Absolute = 1e-6;

    public static TheoryData<string> Every => Cases("thompson");

    [Theory]
    [MemberData(nameof(Every))]
    public void Selection_probabilities_match_the_reference(string id)
    {
        var one = Case("thompson", id);
        var ours = ThompsonSampling.Propensities(Arms(one));
        AllClose(one, "probabilities", ours);
        Assert.Equal(1, ours.Sum(), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Logged_propensities_match_the_reference(string id)
    {
        var one = Case("thompson", id);
        var options = new SamplingOptions(1, one.GetProperty("input").GetProperty("epsilon").GetDouble());
        AllClose(one, "logged", ThompsonSampling.Logged(Arms(one), options));
    }

    static void AllClose(JsonElement one, string field, double[] ours)
    {
        var expected = one.GetProperty("expected").GetProperty(field).EnumerateArray().ToArray();
        Assert.Equal(expected.Length, ours.Length);
        Assert.All(expected.Zip(ours), pair => Close(pair.First, pair.Second, 0, Absolute, field));
    }

    static ArmPosterior[] Arms(JsonElement one) => [.. one.GetProperty("input").GetProperty("arms").EnumerateArray().Select(Arm)];

    static ArmPosterior Arm(JsonElement arm) => arm.GetProperty("family").GetString() switch
    {
        "beta" => ArmPosterior.Of(new BetaPosterior(Number(arm, "alpha"), Number(arm, "beta"))),
        "normal" => new ArmPosterior.Normal(Number(arm, "mean"), Math.Sqrt(Number(arm, "variance"))),
        "nig" => ArmPosterior.Of(new GaussianPosterior(Number(arm, "mu"), Number(arm, "kappa"), Number(arm, "a"), Number(arm, "b"))),
        var other => throw new InvalidDataException($"Unknown family {other}."),
    };

    static double Number(JsonElement of, string field) => of.GetProperty(field).GetDouble();
}
