using System.Threading.Channels;
using Aampe.Agents.Grains.Cards;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Cards;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Cards;

/// <summary>
/// Tells silos with open streams that an agent of this one has decided something. Hints only: what waits is in the agents, streams ask them at their start,
/// every minute, and whenever silos come or go.
/// </summary>
sealed class CardBoard(CardStreams streams, PartitionOwners owners, IEventLog eventLog, IGrainFactory grains, TimeProvider time, ILogger<CardBoard> log) : BackgroundService, ICardNotices, IAgentCommitObserver
{
    /// <summary>How often a stream asks its agent without having been told, and goes on watching it.</summary>
    public static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(60);

    // Three missed turns; agents that stay idle are let go after five minutes, and their watchers with them.
    static readonly TimeSpan watched = AskEvery * 3, patience = TimeSpan.FromSeconds(5), look = TimeSpan.FromSeconds(15);
    const int MostWaiting = 10_000;

    readonly Lock sync = new();
    readonly Dictionary<string, Dictionary<string, long>> watchers = new(StringComparer.Ordinal);
    readonly Channel<(string Agent, string Silo)> waiting = Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    string Here => owners.Here.ToParsableString();

    /// <summary>Has this silo told of an agent's decisions, wherever that agent is. Where that cannot be said now, the streams are asked to say it again when silos come or go.</summary>
    public async ValueTask WatchAsync(AgentKey agent, CancellationToken stop)
    {
        var owner = owners.OwnerOf(eventLog.PartitionOf(agent.Tenant, agent.Agent));
        if (owner.Equals(owners.Here))
        {
            Watch(agent.ToString(), Here);
            return;
        }

        try
        {
            await grains.GetGrain<ISiloCards>(owner.ToParsableString()).WatchAsync(agent.ToString(), Here).AsTask().WaitAsync(patience, time, stop);
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            CardLog.NotTold(log, owner.ToParsableString(), fault);
        }
    }

    /// <inheritdoc/>
    public void Watch(string agent, string silo)
    {
        lock (sync)
        {
            if (!watchers.TryGetValue(agent, out var silos))
            {
                watchers[agent] = silos = new Dictionary<string, long>(StringComparer.Ordinal);
            }

            silos[silo] = time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Offered(string agent) => streams.Signal(agent);

    /// <inheritdoc/>
    public void Committed(AgentCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Decisions.Count == 0)
        {
            return;
        }

        lock (sync)
        {
            foreach (var silo in watchers.TryGetValue(commit.Key, out var silos) ? [.. silos.Keys] : Array.Empty<string>())
            {
                waiting.Writer.TryWrite((commit.Key, silo));
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(TellAsync(stoppingToken), FollowAsync(stoppingToken));

    async Task TellAsync(CancellationToken stop)
    {
        await foreach (var (agent, silo) in waiting.Reader.ReadAllAsync(stop))
        {
            if (silo == Here)
            {
                streams.Signal(agent);
                continue;
            }

            // Not waited for: a silo that hangs must not hold up the others.
            _ = TellAsync(agent, silo, stop);
        }
    }

    async Task TellAsync(string agent, string silo, CancellationToken stop)
    {
        try
        {
            await grains.GetGrain<ISiloCards>(silo).OfferedAsync(agent).AsTask().WaitAsync(patience, time, stop);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            CardLog.NotTold(log, silo, fault);
        }
        catch (OperationCanceledException)
        {
            // The silo is stopping.
        }
    }

    // Silos that came or went took watchers with them: every stream asks anew, and watches where its agent is now.
    async Task FollowAsync(CancellationToken stop)
    {
        for (var version = long.MinValue; !stop.IsCancellationRequested;)
        {
            try
            {
                var now = await owners.ChangedAsync(version, look, time, stop);
                if (now != version)
                {
                    version = now;
                    streams.SignalAll();
                }

                Forget();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    void Forget()
    {
        lock (sync)
        {
            foreach (var (agent, silos) in watchers.ToList())
            {
                foreach (var (silo, since) in silos.Where(pair => time.GetElapsedTime(pair.Value) > watched).ToList())
                {
                    silos.Remove(silo);
                }

                if (silos.Count == 0)
                {
                    watchers.Remove(agent);
                }
            }
        }
    }
}

internal static partial class CardLog
{
    [LoggerMessage(801, LogLevel.Debug, "Silo {Silo} could not be told of a card; its streams ask within a minute")]
    public static partial void NotTold(ILogger log, string silo, Exception error);

    [LoggerMessage(802, LogLevel.Warning, "The cards of {Agent} could not be asked for; the stream tries again in a second")]
    public static partial void AskFailed(ILogger log, string agent, Exception error);

    [LoggerMessage(803, LogLevel.Warning, "Card {Decision} cannot be rendered ({Code}) and is void: {Detail}")]
    public static partial void Unrenderable(ILogger log, string decision, string code, string detail);
}
