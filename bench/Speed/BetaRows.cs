using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Bench.Speed;

/// <summary>Draws of a Beta law: ours beside the library's, from the same source of uniforms, in turns.</summary>
static class BetaRows
{
    const int Draws = 1_000;

    public static void Run(Report report)
    {
        Believed(report);
        foreach (var (alpha, beta) in (ReadOnlySpan<(double, double)>)[(0.5, 0.7), (0.3, 3), (1, 1), (2.5, 4), (40, 60)])
        {
            var random = new SeededRandom("beta rows", Sampler.Second);
            var (floor, own) = Cost.InTurns(
                _ => Sum(() => MathNet.Numerics.Distributions.Beta.Sample(random, alpha, beta)), _ => Sum(() => Draw.Beta(random, alpha, beta)), Draws);
            var shapes = FormattableString.Invariant($"Beta({alpha}, {beta})");
            report.Add($"{shapes}, ours", [.. own.Microseconds.Select(time => 1000 * time)], "ns CPU", 1000 * floor.Median);
        }
    }

    // What agents believe: every arm of the decisions of the sample app's last week, with Beta posteriors.
    static void Believed(Report report)
    {
        var town = new SpeedTown("beta");
        (double Alpha, double Beta)[] arms = [.. town.Deciding.TakeLast(64)
            .SelectMany(one => DecisionRecord.Read(JsonNode.Parse(AgentRun.Steps(one.State, town.Rules, one.Due, stepwise: false)[^1].Decisions[0].Record)!.AsObject()).Sets)
            .SelectMany(set => set.Actions).Select(action => ((ArmPosterior.Beta)action.Posterior).Posterior).Select(belief => (belief.Alpha, belief.Beta))];
        report.Add("arms of decisions: first shape", [.. arms.Select(arm => arm.Alpha)], "", null);
        report.Add("arms of decisions: second shape", [.. arms.Select(arm => arm.Beta)], "", null);
        var random = new SeededRandom("beta rows", Sampler.Second);
        double Library(int turn) => arms.Sum(arm => MathNet.Numerics.Distributions.Beta.Sample(random, arm.Alpha, arm.Beta));
        var (floor, own) = Cost.InTurns(Library, _ => arms.Sum(arm => Draw.Beta(random, arm.Alpha, arm.Beta)), arms.Length);
        report.Add("arms of decisions, ours", [.. own.Microseconds.Select(time => 1000 * time)], "ns CPU", 1000 * floor.Median);
        (floor, var logit) = Cost.InTurns(Library, _ => arms.Sum(arm => Draw.LogitBeta(random, arm.Alpha, arm.Beta)), arms.Length);
        report.Add("arms of decisions, ours, logit", [.. logit.Microseconds.Select(time => 1000 * time)], "ns CPU", 1000 * floor.Median);
    }

    static double Sum(Func<double> draw)
    {
        var sum = 0.0;
        for (var i = 0; i < Draws; i++)
        {
            sum += draw();
        }

        return sum;
    }
}
