using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.State;
using Aampe.Agents.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Aampe.Agents.Grains.Tests;

/// <summary>The optional bridge: committed decisions reach grains that listen, and a bridge that cannot keep up drops and counts.</summary>
public sealed class AgentStreamsTests
{
    [Fact]
    public async Task Decisions_reach_a_grain_that_listens_to_their_program()
    {
        await using var cluster = await Cluster.StartAsync(more: silo =>
        {
            silo.AddMemoryStreams("agents").AddMemoryGrainStorage("PubSubStore");
            silo.Services.AddAgentStreams();
            silo.Services.AddSingleton<Heard>();
        });
        await cluster.GoLiveAsync(Some.Program());
        await cluster.Agent("ada").ObserveAsync(Some.Slice(cluster.Clock.Now, (0, "App Opened", "m-1")));
        var decided = await cluster.Agent("ada").NextAsync(new NextRequest { At = cluster.Clock.Now });

        var notice = await cluster.Get<Heard>().First.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(decided.DecisionId, notice.Id);
        Assert.Equal(decided.Record, notice.Record.ToArray());
        Assert.Equal(0, cluster.Get<AgentStreamsBridge>().Dropped);
    }

    [Fact]
    [Trait("proves", "R13")]
    public void A_bridge_that_cannot_keep_up_drops_the_oldest_and_counts_them()
    {
        using var nothing = new ServiceCollection().BuildServiceProvider();
        using var bridge = new AgentStreamsBridge(nothing, Options.Create(new AgentStreamsOptions { MostWaiting = 3 }), NullLogger<AgentStreamsBridge>.Instance);
        for (var i = 0; i < 10; i++)
        {
            bridge.Committed(new AgentCommit
            {
                Key = "default/u:1",
                ExpectedVersion = i,
                Record = Array.Empty<byte>(),
                Partition = 0,
                PanelRank = 0,
                Decisions = [new StoredDecision($"dec_{i}", "default/u:1", new Instant(i), "p", default)],
            });
        }

        Assert.Equal(7, bridge.Dropped);
    }

    /// <summary>What the listener heard.</summary>
    public sealed class Heard
    {
        public TaskCompletionSource<DecisionNotice> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Listens to every program; started by its first decision.</summary>
    [ImplicitStreamSubscription(DecisionNotice.Namespace)]
    public sealed class Listener(Heard heard) : Grain, IListener, IStreamSubscriptionObserver
    {
        public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
            handleFactory.Create<DecisionNotice>().ResumeAsync((notice, _) =>
            {
                heard.First.TrySetResult(notice);
                return Task.CompletedTask;
            });
    }

    public interface IListener : IGrainWithStringKey;
}
