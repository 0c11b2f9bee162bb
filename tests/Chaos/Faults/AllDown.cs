namespace Aampe.Agents.Chaos.Faults;

/// <summary>F14: all silos are away for a while, with users who are due. Each is evaluated once when they are back: the books would show a second message.</summary>
public sealed class AllDown : IFault
{
    static readonly TimeSpan away = TimeSpan.FromSeconds(8);

    /// <inheritdoc/>
    public string Id => "F14";

    /// <inheritdoc/>
    public string Words => "all silos away for a while";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async _ =>
        {
            await Task.WhenAll(run.Cluster.Silos.Select(silo => silo.KillAsync()));
            await Task.Delay(away, stop);
            await Task.WhenAll(run.Cluster.Silos.Select(silo => silo.StartAsync(stop)));
            await run.MeasureServingAsync(stop);
        }, stop);
    }
}
