namespace Aampe.Agents.Chaos.Faults;

/// <summary>F19: SIGTERM to one silo after the other under load.</summary>
public sealed class RollingRestart : IFault
{
    static readonly TimeSpan longest = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Id => "F19";

    /// <inheritdoc/>
    public string Words => "SIGTERM, rolling";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async n =>
        {
            var silo = run.Cluster.Silos[n % run.Cluster.Silos.Count];
            var ending = silo.TerminateAsync(stop);
            var serving = run.MeasureServingAsync(stop);
            var (code, took) = await ending;
            run.Figures["longestExitSeconds"] = Math.Max(run.Figures.GetValueOrDefault("longestExitSeconds"), took.TotalSeconds);
            if (code != 0 || took > longest)
            {
                run.Findings.Add($"silo {silo.Number} ended with {code} after {took.TotalSeconds:F1} s");
            }

            await silo.StartAsync(stop);
            await serving;
        }, stop);
        Down.Check(run);
    }
}
