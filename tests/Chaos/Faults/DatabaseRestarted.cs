namespace Aampe.Agents.Chaos.Faults;

/// <summary>F3: a fast restart of PostgreSQL, which cuts every connection.</summary>
public sealed class DatabaseRestarted : IFault
{
    /// <inheritdoc/>
    public string Id => "F3";

    /// <inheritdoc/>
    public string Words => "fast restarts of PostgreSQL";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async _ =>
        {
            await run.Cluster.Database.StopAsync();
            await Down.ReturnsAsync(run, stop);
        }, stop);
        Down.Check(run);
    }
}
