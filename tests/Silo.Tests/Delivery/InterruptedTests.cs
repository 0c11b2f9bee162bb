using System.Collections.Concurrent;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Tests.Api;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Silo.Tests.Delivery;

/// <summary>Hand-overs that end in the middle: called again only where the channel knows the decision, elsewhere unknown for ever.</summary>
public sealed class InterruptedTests
{
    static readonly DateTimeOffset Later = RunningSilo.Start.AddDays(1).AddHours(14);

    static async Task<IAgentClient> ScheduleAsync(RunningSilo silo, string user)
    {
        var agents = silo.Agents();
        var program = RunningSilo.Program("daily").GetRawText().Replace("\"scheduled\": false", "\"scheduled\": true", StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program));
        await RunningSilo.ArriveAsync(agents, user, RunningSilo.Start);
        return agents;
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_channel_that_breaks_off_is_not_called_again_unless_it_knows_the_decision()
    {
        var channel = new BreakingChannel(idempotent: false);
        await using var silo = new SiloWith(channel);
        await using var agents = await ScheduleAsync(silo, "cut");
        await agents.Admin.SetClockAsync(Later);
        var called = Assert.Single(channel.Calls.GroupBy(id => id));
        Assert.Single(called);
        Assert.Equal("unknown", (await agents.ActivateAsync(new DecisionId(called.Key))).State);
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_channel_that_breaks_off_and_knows_the_decision_is_called_again()
    {
        var channel = new BreakingChannel(idempotent: true);
        await using var silo = new SiloWith(channel);
        await using var agents = await ScheduleAsync(silo, "again");
        await agents.Admin.SetClockAsync(Later);
        Assert.True(channel.Calls.GroupBy(id => id).First().Count() > 1);
    }

    [Theory]
    [InlineData(true, 1, "activated")]
    [InlineData(false, 0, "unknown")]
    [Trait("proves", "R4")]
    public async Task A_hand_over_found_in_flight_at_start_is_settled_by_what_its_channel_can(bool idempotent, int calls, string state)
    {
        var channel = new BreakingChannel(idempotent) { Breaks = false };
        await using var silo = new SiloWith(channel);
        await using var agents = await ScheduleAsync(silo, "flight");
        var row = await LeaveInFlightAsync(silo, "flight");
        Assert.Equal(1, await silo.Services.GetRequiredService<OutboxPump>().RecoverAsync(Enumerable.Range(0, silo.Services.GetRequiredService<IEventLog>().Partitions).ToHashSet(), default));
        Assert.Equal(calls, channel.Calls.Count);
        Assert.Equal(state, (await agents.ActivateAsync(new DecisionId(row.DecisionId))).State);
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_hand_over_that_its_silo_never_completed_is_settled_once_nobody_can_be_at_it_any_more()
    {
        var channel = new BreakingChannel(idempotent: true) { Breaks = false };
        await using var silo = new SiloWith(channel);
        await using var agents = await ScheduleAsync(silo, "left");
        var row = await LeaveInFlightAsync(silo, "left");
        var pump = silo.Services.GetRequiredService<OutboxPump>();
        Assert.Equal(0, await pump.RecoverAbandonedAsync(row.Due + OutboxPump.Abandoned - TimeSpan.FromSeconds(1), default));
        Assert.Equal(1, await pump.RecoverAbandonedAsync(row.Due + OutboxPump.Abandoned, default));
        Assert.Equal([row.DecisionId], channel.Calls);
        Assert.Equal("activated", (await agents.ActivateAsync(new DecisionId(row.DecisionId))).State);
        Assert.Equal(0, await pump.RecoverAbandonedAsync(row.Due + OutboxPump.Abandoned, default));
    }

    // As a crash leaves it: the agent has put a message out and its attempt is marked, the call was never answered.
    static async Task<OutboxRow> LeaveInFlightAsync(RunningSilo silo, string user)
    {
        var store = silo.Services.GetRequiredService<IAgentStore>();
        var agent = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, user).ToString());
        var until = Core.Time.Instant.From(Later);
        OutboxRow[] rows;
        do
        {
            await agent.AdvanceAsync(new AdvanceRequest(until, Stepwise: true));
            rows = [.. await store.OutboxDueAsync(until, 10, default)];
        }
        while (rows.Length == 0);
        Assert.True((await agent.BeginHandoverAsync(rows[0].DecisionId, rows[0].Due, rows[0].Attempts, recovering: false)).Granted);
        return rows[0];
    }

    sealed class SiloWith(IChannelAdapter channel) : RunningSilo
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<IChannels>(new OneChannel(channel)));
        }
    }

    sealed class OneChannel(IChannelAdapter channel) : IChannels
    {
        IChannelAdapter IChannels.For(string name) => channel;
    }

    sealed class BreakingChannel(bool idempotent) : IChannelAdapter
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public bool Breaks { get; init; } = true;

        public string Kind => "breaking";

        public bool Idempotent => idempotent;

        public Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
        {
            Calls.Enqueue(message.DecisionId);
            return Breaks
                ? throw new IOException("The connection broke in the middle.")
                : Task.FromResult(new HandoverOutcome(HandoverStatus.Sent, message.At, null, "ok", null));
        }
    }
}
