using System.Collections.Immutable;
using System.Text.Json;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>
/// Leaves a sign of life once a minute, and at the start finds out from the last one for how long no events were taken: an effect whose windows
/// an outage covers is not identified rather than wrong. On the simulated clock no time passes while the silo is down.
/// </summary>
public sealed class IngestLiveness(IDocumentStore documents, RulesCache rules, IClock clock, TimeProvider time, ILogger<IngestLiveness> log) : BackgroundService
{
    const string Kind = "ingest", Id = "liveness";
    static readonly TimeSpan beat = TimeSpan.FromMinutes(1);

    ImmutableArray<Window> outages = [];

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!clock.Simulated)
        {
            var stored = await documents.ReadAsync(AgentKey.DefaultTenant, Kind, Id, cancellationToken);
            var (known, last) = stored is null ? ([], null) : Read(stored.Content.Span);
            outages = Outages.After(known, last, clock.Now);
            if (outages.Length > 0 && outages[^1].End == clock.Now)
            {
                IngestLivenessLog.Away(log, outages[^1].Start, outages[^1].End);
            }

            rules.Know(outages);
            await BeatAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (clock.Simulated)
        {
            return;
        }

        try
        {
            await BeatAsync(cancellationToken);
        }
        catch (Exception error)
        {
            // The last sign is a minute old at most: no reason to end as if the silo had crashed.
            IngestLivenessLog.Failed(log, error);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock.Simulated)
        {
            return;
        }

        using var timer = new PeriodicTimer(beat, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await BeatAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A store that cannot take this cannot take events either, and says so to whoever sends them.
                IngestLivenessLog.Failed(log, error);
            }
        }
    }

    async ValueTask BeatAsync(CancellationToken stop)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new Signs(clock.Now.UnixMilliseconds, [.. outages.Select(outage => new[] { outage.Start.UnixMilliseconds, outage.End.UnixMilliseconds })]));
        await documents.WriteAsync(AgentKey.DefaultTenant, Kind, Id, null, content, keepHistory: false, stop);
    }

    static (ImmutableArray<Window> Known, Instant? Last) Read(ReadOnlySpan<byte> content)
    {
        var signs = JsonSerializer.Deserialize<Signs>(content)!;
        return ([.. signs.Outages.Select(outage => new Window(new Instant(outage[0]), new Instant(outage[1])))], new Instant(signs.Alive));
    }

    sealed record Signs(long Alive, long[][] Outages);
}

internal static partial class IngestLivenessLog
{
    [LoggerMessage(311, LogLevel.Warning, "No events were taken from {From} to {To}: effects with more than a tenth of a window in it will be 'not identified' (IngestGap)")]
    public static partial void Away(ILogger log, Instant from, Instant to);

    [LoggerMessage(312, LogLevel.Error, "The sign of life could not be stored; if this lasts, the time since the last one will count as an outage")]
    public static partial void Failed(ILogger log, Exception error);
}
