using System.Diagnostics;

namespace Aampe.Agents.Chaos.Faults;

/// <summary>
/// F6: the disk of the database is full for a while. Nothing is acknowledged that is not durable, every silo says that it is not ready and why, and when
/// there is room again all goes on without anybody's hand.
/// </summary>
public sealed class DiskFull : IFault
{
    static readonly TimeSpan full = TimeSpan.FromSeconds(6), patience = TimeSpan.FromSeconds(60), look = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public string Id => "F6";

    /// <inheritdoc/>
    public string Words => "full disk of PostgreSQL, as root";

    /// <inheritdoc/>
    public int DatabaseMegabytes => 192;

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async _ =>
        {
            using (await run.Cluster.Database.FillAsync())
            {
                foreach (var silo in run.Cluster.Silos)
                {
                    await UntilAsync(run, silo, "not ready: the store", stop);
                }

                await Task.Delay(full, stop);
            }

            var since = Stopwatch.GetTimestamp();
            if (!await run.Cluster.Database.AnswersAsync())
            {
                run.Findings.Add("PostgreSQL ended for want of room: the run proves nothing about one that refuses");
                return;
            }

            await Down.ServesAsync(run, stop);
            foreach (var silo in run.Cluster.Silos)
            {
                await UntilAsync(run, silo, "ready", stop);
            }

            run.Figures["secondsToReadyAfterRoom"] = Math.Max(run.Figures.GetValueOrDefault("secondsToReadyAfterRoom"), Stopwatch.GetElapsedTime(since).TotalSeconds);
        }, stop);
        if (run.Cluster.Gateway.Outcomes.GetValueOrDefault("503") == 0)
        {
            run.Findings.Add("no request was refused: the run proves nothing");
        }

        Down.Check(run);
    }

    static async Task UntilAsync(Run run, SiloProcess silo, string words, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        Answer? said = null;
        while (Stopwatch.GetElapsedTime(since) < patience)
        {
            said = await silo.ReadinessAsync(stop);
            if (said is not null && (words == "ready" ? said.Status == 200 : said.Status == 503 && said.Body.Contains(words, StringComparison.Ordinal)))
            {
                return;
            }

            await Task.Delay(look, stop);
        }

        run.Findings.Add($"silo {silo.Number} did not come to say '{words}' of its readiness, but {said?.Status} '{said?.Body}'");
    }
}
