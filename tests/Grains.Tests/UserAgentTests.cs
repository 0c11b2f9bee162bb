using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Grains.Tests;

public sealed class UserAgentTests : IAsyncLifetime
{
    Cluster cluster = null!;

    public async Task InitializeAsync() => cluster = await Cluster.StartAsync();

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [Fact]
    [Trait("proves", "R2")]
    public async Task A_slice_that_comes_twice_counts_once()
    {
        var slice = Some.Slice(cluster.Clock.Now, (0, "App Opened", "m-1"), (1, "App Opened", "m-2"), (2, "App Opened", "m-1"));
        var first = await cluster.Agent("ada").ObserveAsync(slice);
        var second = await cluster.Agent("ada").ObserveAsync(slice);

        Assert.Equal((2, 1, 0), (first.Applied, first.Duplicates, first.Replayed));
        Assert.Equal((0, 0, 3), (second.Applied, second.Duplicates, second.Replayed));
        Assert.Equal(2, await CounterAsync("ada", "events"));
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        await cluster.GoLiveAsync(Some.Program());
        await cluster.Agent("ada").ObserveAsync(Some.Slice(cluster.Clock.Now, (0, "App Opened", "m-1")));
        var before = await NextAsync("ada");
        var summary = await SummaryAsync("ada");

        cluster = await cluster.RestartAsync();

        Assert.Equal(summary.ToJsonString(), (await SummaryAsync("ada")).ToJsonString());
        var again = await NextAsync("ada");
        Assert.True(again.Replayed);
        Assert.Equal(before.DecisionId, again.DecisionId);
        Assert.Equal(before.Record, again.Record);
    }

    [Fact]
    [Trait("proves", "R6")]
    public async Task A_decision_replays_byte_for_byte_after_a_restart()
    {
        await cluster.GoLiveAsync(Some.Program());
        for (var user = 0; user < 20; user++)
        {
            await cluster.Agent($"u{user}").ObserveAsync(Some.Slice(cluster.Clock.Now, (user, "App Opened", "m-1")));
        }

        var decided = await Task.WhenAll(Enumerable.Range(0, 20).Select(user => NextAsync($"u{user}")));
        cluster = await cluster.RestartAsync();
        var program = cluster.Rules.Programs.Single();

        Assert.Contains(decided, one => JsonNode.Parse(one.Record)!["verdict"]!.GetValue<string>() == "send");
        foreach (var one in decided)
        {
            var stored = await cluster.Store.DecisionAsync(one.DecisionId!, CancellationToken.None);
            var replay = Replaying.Of(stored!.Record, program);
            Assert.True(replay.Identical, string.Join(", ", replay.Differences));
        }
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_thousand_questions_at_once_give_one_decision_and_one_send()
    {
        await cluster.GoLiveAsync(Some.Program());
        await cluster.Agent("ada").ObserveAsync(Some.Slice(cluster.Clock.Now, (0, "App Opened", "m-1")));

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => NextAsync("ada")));
        var id = Assert.Single(answers.Select(answer => answer.DecisionId).Distinct());
        var activations = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.Agent("ada").ActivateAsync(id!, cluster.Clock.Now).AsTask()));

        Assert.Single(activations.Select(one => (one.State, one.At)).Distinct());
        Assert.Equal(activations[0].State == DecisionState.Activated ? 1 : 0, await CounterAsync("ada", "sends"));
    }

    [Fact]
    public async Task An_anonymous_life_joins_the_known_user_once()
    {
        await cluster.Anonymous("x1").ObserveAsync(Some.Slice(cluster.Clock.Now, (0, "App Opened", "a-1"), (1, "Item Added", "a-2")));
        var alias = new EventSlice(1, 0, [new SlicedEvent(2, 6, "", "app", true, "al-1", cluster.Clock.Now, cluster.Clock.Now, Encoding.UTF8.GetBytes("""{"type":"alias","previousId":"x1","userId":"ada"}"""))]);

        await cluster.Agent("ada").ObserveAsync(alias);
        await cluster.Agent("ada").ObserveAsync(alias);
        var late = await cluster.Anonymous("x1").ObserveAsync(Some.Slice(cluster.Clock.Now, (3, "App Opened", "a-3")));

        Assert.Equal(3, await CounterAsync("ada", "events"));
        Assert.Equal(AgentKey.User("default", "ada").ToString(), late.ForwardTo);
    }

    [Fact]
    public async Task A_tick_decides_and_its_effect_becomes_final()
    {
        await cluster.GoLiveAsync(Some.Program(agentic: 50, holdout: 50));
        for (var user = 0; user < 60; user++)
        {
            await cluster.Agent($"u{user}").ObserveAsync(Some.Slice(cluster.Clock.Now, (user, "App Opened", "m-1"), (user + 1_000, "Order Completed", "m-2")));
        }

        var cohort = cluster.Grains.GetGrain<ICohort>(CohortKey.Of("default", "basket"));
        int decisions = 0, effects = 0;
        for (var hours = 0; hours < 24 * 6; hours += 6)
        {
            cluster.Clock.Now += TimeSpan.FromHours(6);
            foreach (var shard in new[] { 0, 1 })
            {
                var run = await cluster.Grains.GetGrain<IScheduleShard>(shard).RunAsync(cluster.Clock.Now, stepwise: true);
                decisions += run.Decisions;
                effects += run.Effects;
            }

            await cohort.RefreshAsync(cluster.Clock.Now);
            await cluster.Rules.RefreshAsync(CancellationToken.None);
        }

        Assert.True(decisions > 100, $"{decisions} decisions");
        Assert.True(effects > 50, $"{effects} effects");
        Assert.Equal(60, cluster.Rules.Current.Find("basket")!.Cohort.Panel);
        Assert.Equal(ProgramState.Live, cluster.Rules.Programs.Single().State);
    }

    Task<NextResult> NextAsync(string user) => cluster.Agent(user).NextAsync(new NextRequest { At = cluster.Clock.Now }).AsTask();

    async Task<JsonObject> SummaryAsync(string user) => JsonNode.Parse((await cluster.Agent(user).SnapshotAsync()).Json)!.AsObject();

    async Task<long> CounterAsync(string user, string name) => (await SummaryAsync(user))["counters"]![name]!.GetValue<long>();
}
