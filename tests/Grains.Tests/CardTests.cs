using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Tests;

/// <summary>Cards in the hands of a grain: handed out once, whoever asks, and still there after a restart.</summary>
public sealed class CardTests : IAsyncLifetime
{
    const string Program = """
        {
          "id": "cards", "name": "Cards", "trigger": "Basket Filled",
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm" }] }],
          "messages": [{ "id": "m1", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "There" } }],
          "experiment": { "salt": "s1", "agentic": 100 }
        }
        """;

    Cluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await Cluster.StartAsync();
        await cluster.GoLiveAsync(Program);
    }

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    async Task DecideAsync()
    {
        var seen = await cluster.Agent("ada").ObserveAsync(Some.Slice(cluster.Clock.Now, (0, "Basket Filled", "m-1")));
        Assert.True(seen.Answers);
        var request = new AdvanceRequest(cluster.Clock.Now, Stepwise: false);
        // One step plans the answer, the next decides.
        Assert.Equal((0, 1), ((await cluster.Agent("ada").AdvanceAsync(request)).Decisions, (await cluster.Agent("ada").AdvanceAsync(request)).Decisions));
        Assert.False((await cluster.Agent("ada").ObserveAsync(Some.Slice(cluster.Clock.Now, (1, "App Opened", "m-2")))).Answers);
    }

    [Fact]
    public async Task A_hundred_readers_at_once_get_one_card()
    {
        await DecideAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.Agent("ada").TakeCardsAsync(new CardsRequest(cluster.Clock.Now, null)).AsTask()));
        Assert.Single(taken.SelectMany(result => result.Cards));
    }

    [Fact]
    public async Task A_card_that_waits_and_one_that_was_handed_out_survive_a_restart()
    {
        await DecideAsync();
        cluster = await cluster.RestartAsync();
        var card = Assert.Single((await cluster.Agent("ada").TakeCardsAsync(new CardsRequest(cluster.Clock.Now, null))).Cards);
        cluster = await cluster.RestartAsync();
        Assert.Empty((await cluster.Agent("ada").TakeCardsAsync(new CardsRequest(cluster.Clock.Now, null))).Cards);
        var again = Assert.Single((await cluster.Agent("ada").TakeCardsAsync(new CardsRequest(cluster.Clock.Now, ""))).Cards);
        Assert.Equal((card.DecisionId, card.ExpiresAt), (again.DecisionId, again.ExpiresAt));
        Assert.Equal(card.Record, again.Record);
    }
}
