using System.Diagnostics;

namespace Aampe.Agents.Chaos.Faults;

/// <summary>
/// F5 and F23: what silos send to each other, or one to the database, is lost for a while. Each side thinks that the other is dead and takes its partitions;
/// whoever loses ends and is started again, as an orchestrator would.
/// </summary>
/// <param name="id">Id.</param>
/// <param name="words">What it is.</param>
/// <param name="bothWays">Between the silos in both directions; otherwise from silo 0 alone, to silo 1 and to the database in turn.</param>
public sealed class Partitioned(string id, string words, bool bothWays) : IFault
{
    // Said by whoever finds that a partition has another owner.
    const string Loser = "was opened by another reader";

    static readonly TimeSpan away = TimeSpan.FromSeconds(60), longestHealing = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public string Words => words;

    /// <inheritdoc/>
    public bool Networks => true;

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        var network = run.Cluster.Network!;
        await run.InSharesAsync(async n =>
        {
            (int From, string To)[] cuts = bothWays ? [(0, network.Silo(1)), (1, network.Silo(0))] : n % 2 == 0 ? [(0, network.Silo(1))] : [(0, network.Database)];
            foreach (var (from, to) in cuts)
            {
                await network.CutAsync(from, to);
            }

            await Task.Delay(away, stop);
            foreach (var (from, to) in cuts)
            {
                await network.HealAsync(from, to);
            }

            var healed = Stopwatch.GetTimestamp();
            await run.MeasureServingAsync(stop);
            var took = Stopwatch.GetElapsedTime(healed);
            run.Figures["longestHealingSeconds"] = Math.Max(run.Figures.GetValueOrDefault("longestHealingSeconds"), Math.Round(took.TotalSeconds, 1));
            if (took > longestHealing)
            {
                run.Findings.Add($"not healed {took.TotalSeconds:F0} s after the network was");
            }

        }, stop);
        var losers = run.Cluster.Silos.Sum(silo => File.ReadLines(silo.LogFile).LongCount(line => line.Contains(Loser, StringComparison.Ordinal)));
        run.Figures["losers"] = losers;
        if (bothWays && run.Fallen.Count + losers == 0)
        {
            run.Findings.Add("nobody lost a partition: the run proves nothing");
        }
    }
}
