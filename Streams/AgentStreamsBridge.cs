using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Aampe.Agents.Streams;

/// <summary>
/// Publishes decisions and effects to Orleans streams, beside the agents' path: at most once, in no promised order across agents, dropped
/// and counted when the streams are slower than the agents.
/// </summary>
public sealed class AgentStreamsBridge : BackgroundService, IAgentCommitObserver
{
    readonly Channel<object> waiting;
    readonly IServiceProvider services;
    readonly string provider;
    readonly ILogger<AgentStreamsBridge> log;
    readonly Meter meter = new("Aampe.Agents.Streams");
    readonly Counter<long> published, dropped, failed;
    long droppedSoFar, failedSoFar;

    public AgentStreamsBridge(IServiceProvider services, IOptions<AgentStreamsOptions> options, ILogger<AgentStreamsBridge> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.services = services;
        this.log = log;
        provider = options.Value.Provider;
        published = meter.CreateCounter<long>("agents.streams.published");
        dropped = meter.CreateCounter<long>("agents.streams.dropped");
        failed = meter.CreateCounter<long>("agents.streams.failed");
        var bounds = new BoundedChannelOptions(options.Value.MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        waiting = Channel.CreateBounded<object>(bounds, _ =>
        {
            Interlocked.Increment(ref droppedSoFar);
            dropped.Add(1);
        });
    }

    /// <summary>Notices that were dropped because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref droppedSoFar);

    /// <summary>Notices that the streams refused.</summary>
    public long Failed => Interlocked.Read(ref failedSoFar);

    /// <inheritdoc/>
    public void Committed(AgentCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        foreach (var one in commit.Decisions)
        {
            waiting.Writer.TryWrite(new DecisionNotice(one.Id, one.Agent, one.Program, one.At.UnixMilliseconds, [.. one.Record.Span]));
        }

        foreach (var one in commit.Effects)
        {
            waiting.Writer.TryWrite(new EffectNotice(one.DecisionId, one.Agent, one.Program, one.At.UnixMilliseconds, [.. one.Receipt.Span]));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var notice in waiting.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await PublishAsync(notice).ConfigureAwait(false);
                published.Add(1);
            }
            catch (Exception error)
            {
                // A notice is not worth a second try: it would hold up the newer ones.
                Interlocked.Increment(ref failedSoFar);
                failed.Add(1);
                StreamsLog.Refused(log, provider, error);
            }
        }
    }

    Task PublishAsync(object notice)
    {
        var streams = services.GetRequiredKeyedService<IStreamProvider>(provider);
        return notice is DecisionNotice decision
            ? streams.GetStream<DecisionNotice>(StreamId.Create(DecisionNotice.Namespace, decision.Program)).OnNextAsync(decision)
            : Effect(streams, (EffectNotice)notice);
    }

    static Task Effect(IStreamProvider streams, EffectNotice notice) =>
        streams.GetStream<EffectNotice>(StreamId.Create(EffectNotice.Namespace, notice.Program)).OnNextAsync(notice);
}

internal static partial class StreamsLog
{
    [LoggerMessage(901, LogLevel.Warning, "Stream provider {Provider} refused a notice; it is dropped")]
    public static partial void Refused(ILogger log, string provider, Exception error);
}
