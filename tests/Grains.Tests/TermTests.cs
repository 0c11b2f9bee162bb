using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Grains.Tests;

/// <summary>Events that an agent answers for from memory alone, while silos disagree about who owns its partition (docs/adr/0013).</summary>
public sealed class TermTests
{
    [Fact]
    [Trait("proves", "R1")]
    public async Task An_agent_of_an_earlier_term_takes_no_events_that_the_owner_of_a_later_one_has_read()
    {
        await using var cluster = await Cluster.StartAsync(more: silo => silo.Services.AddLedgerCommits());
        var log = cluster.Get<IEventLog>();
        var partition = log.PartitionOf(AgentKey.DefaultTenant, AgentKey.User(AgentKey.DefaultTenant, "ada").Agent);
        await using var reader = await log.OpenAsync(partition, CancellationToken.None);
        // As the pump asks, from within a silo.
        var agent = cluster.Get<IGrainFactory>().GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, "ada").ToString());
        var first = Some.Slice(cluster.Clock.Now, (0, "App Opened", "m-1")) with { Partition = partition, Term = reader.Term };
        Assert.Equal(1, (await agent.ObserveAsync(first)).Applied);

        // Another silo has taken the partition and reads on; this one does not know yet.
        var later = Some.Slice(cluster.Clock.Now, (1, "App Opened", "m-2")) with { Partition = partition, Term = reader.Term + 1 };
        Assert.Equal(partition, (await Assert.ThrowsAsync<PartitionLostException>(() => agent.ObserveAsync(later).AsTask())).Partition);
        Assert.Equal(1, await EventsAsync(agent));

        // The owner's own go on.
        Assert.Equal(1, (await agent.ObserveAsync(later with { Term = reader.Term })).Applied);
        Assert.Equal(2, await EventsAsync(agent));
    }

    static async Task<long> EventsAsync(IUserAgent agent) =>
        JsonNode.Parse(Encoding.UTF8.GetString((await agent.SnapshotAsync()).Json))!["counters"]!["events"]!.GetValue<long>();
}
