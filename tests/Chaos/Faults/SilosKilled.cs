namespace Aampe.Agents.Chaos.Faults;

/// <summary>F1: kill -9 of a silo at a random moment, and its start some seconds later.</summary>
public sealed class SilosKilled : IFault
{
    const int LongestAway = 3_000;

    /// <inheritdoc/>
    public string Id => "F1";

    /// <inheritdoc/>
    public string Words => "kill -9 of silos";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async _ =>
        {
            var silo = run.Cluster.Silos[run.Random.Next(run.Cluster.Silos.Count)];
            await silo.KillAsync();
            var serving = run.MeasureServingAsync(stop);
            await Task.Delay(run.Random.Next(LongestAway), stop);
            await silo.StartAsync(stop);
            await serving;
        }, stop);
    }
}
