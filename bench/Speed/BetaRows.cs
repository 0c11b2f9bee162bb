using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Bench.Speed;

/// <summary>Draws of a Beta law: ours beside the library's, from the same source of uniforms, in turns.</summary>
static class BetaRows
{
    const int Draws = 1_000;

    public static void Run(Report report)
    {
        foreach (var (alpha, beta) in (ReadOnlySpan<(double, double)>)[(0.5, 0.7), (1, 1), (2.5, 4), (40, 60)])
        {
            var random = new SeededRandom("beta rows");
            var floor = Cost.Of(_ => Sum(() => MathNet.Numerics.Distributions.Beta.Sample(random, alpha, beta)), Draws);
            var own = Cost.Of(_ => Sum(() => Draw.Beta(random, alpha, beta)), Draws);
            var shapes = FormattableString.Invariant($"Beta({alpha}, {beta})");
            report.Add($"{shapes}, ours", [.. own.Microseconds.Select(time => 1000 * time)], "ns CPU", 1000 * floor.Median);
        }
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
