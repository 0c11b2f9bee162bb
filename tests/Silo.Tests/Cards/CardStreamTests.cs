using System.Diagnostics;
using System.Net;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;
using Xunit.Abstractions;

namespace Aampe.Agents.Silo.Tests.Cards;

/// <summary>Cards on open streams, on the machine's clock, over a real socket.</summary>
public sealed class CardStreamTests(ITestOutputHelper output) : IAsyncLifetime
{
    readonly RunningSilo silo = new()
    {
        Settings =
        {
            ["Clock:Kind"] = "system", ["Clock:Start"] = "", ["Cards:StreamsPerUser"] = "3", ["Cards:Streams"] = "40", ["Cards:HeartbeatSeconds"] = "1",
            // So that nothing here comes by the tick.
            ["Agents:TickSeconds"] = "60",
        },
    };

    IAgentClient agents = null!;

    public async Task InitializeAsync() => agents = await CardScene.LiveAsync(silo);

    public async Task DisposeAsync()
    {
        await agents.DisposeAsync();
        await silo.DisposeAsync();
    }

    async Task<CardReader> OpenAsync(string user, string? after = null) => await CardReader.OpenAsync(silo.Address(), $"/v1/users/{user}/cards", await CardScene.TokenAsync(silo, user), after);

    [Fact]
    public async Task An_event_leads_to_a_card_on_the_open_stream_and_its_reports_to_the_timeline()
    {
        var token = await CardScene.TokenAsync(silo, "ada");
        await using var reader = await CardReader.OpenAsync(silo.Address(), "/v1/users/ada/cards", token);
        await CardScene.FillAsync(silo, "ada", "f-1");
        var (id, card) = await reader.CardAsync();
        Assert.Equal((id, "cards"), (card.GetProperty("decisionId").GetString(), card.GetProperty("programId").GetString()));
        Assert.Equal("Hi friend", card.GetProperty("message").GetProperty("content").GetProperty("title").GetString());
        Assert.Contains($"aid={id}", card.GetProperty("message").GetProperty("content").GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.False(card.GetProperty("message").TryGetProperty("labels", out _));
        Assert.Equal("card", Assert.Single(await CardScene.OfAsync(agents, "ada", "activation")).More["by"].GetString());
        foreach (var type in new[] { "delivered", "clicked" })
        {
            using var response = await CardScene.ReportAsync(silo, token, id, type);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        await agents.IngestAsync([new UserEvent { UserId = "ada", MessageId = "after", Event = "Seen" }], new IngestOptions { WaitApplied = true });
        Assert.Equal(["clicked", "delivered"], (await CardScene.OfAsync(agents, "ada", "delivery")).Select(entry => entry.More["status"].GetString()));
    }

    [Fact]
    public async Task A_card_goes_to_one_of_two_streams()
    {
        await using var one = await OpenAsync("both");
        await using var two = await OpenAsync("both");
        await CardScene.FillAsync(silo, "both", "f-1");
        for (var tries = 0; tries < 600 && (await CardScene.OfAsync(agents, "both", "activation")).Count == 0; tries++)
        {
            await Task.Delay(50);
        }

        Assert.NotEqual(await one.IsQuietAsync(), await two.IsQuietAsync());
        Assert.Single(await CardScene.OfAsync(agents, "both", "activation"));
    }

    [Fact]
    public async Task A_card_that_was_missed_comes_with_the_next_stream_and_one_that_was_shown_does_not()
    {
        await CardScene.FillAsync(silo, "away", "f-1");
        string id;
        await using (var reader = await OpenAsync("away"))
        {
            (id, _) = await reader.CardAsync();
        }

        // It was handed out and the connection broke: the reader says that it has shown nothing yet.
        await using (var again = await OpenAsync("away", "0"))
        {
            Assert.Equal(id, (await again.CardAsync()).Id);
        }

        await using (var shown = await OpenAsync("away", id))
        {
            Assert.True(await shown.IsQuietAsync());
        }
    }

    [Fact]
    public async Task Streams_are_bounded_for_a_user_and_for_the_silo()
    {
        await using var one = await OpenAsync("many");
        await using var two = await OpenAsync("many");
        await using var three = await OpenAsync("many");
        await using var four = await OpenAsync("many");
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_streams"), (four.Status, (await four.ProblemAsync()).GetProperty("code").GetString()));
        Assert.NotNull(four.Headers.RetryAfter);
        var open = new List<CardReader>();
        for (var i = 0; open.LastOrDefault()?.Status is null or HttpStatusCode.OK; i++)
        {
            Assert.InRange(i, 0, 40);
            open.Add(await OpenAsync($"crowd-{i}"));
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 38), (open[^1].Status, open.Count));
        Assert.NotNull(open[^1].Headers.RetryAfter);
        foreach (var reader in open)
        {
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_the_kill_switch_holds_back_when_it_is_handed_out_is_not_shown()
    {
        await CardScene.FillAsync(silo, "held", "f-1");
        for (var tries = 0; tries < 600 && (await CardScene.OfAsync(agents, "held", "decision")).Count == 0; tries++)
        {
            await Task.Delay(50);
        }

        await agents.Admin.SetKillSwitchAsync(true, "test");
        try
        {
            await using var reader = await OpenAsync("held");
            Assert.True(await reader.IsQuietAsync());
        }
        finally
        {
            await agents.Admin.SetKillSwitchAsync(false, "test over");
        }

        Assert.Equal("kill_switch", Assert.Single(await CardScene.OfAsync(agents, "held", "held")).More["reasons"][0].GetProperty("code").GetString());
        Assert.Empty(await CardScene.OfAsync(agents, "held", "activation"));
    }

    [Fact]
    public async Task A_stream_ends_when_its_source_is_switched_off()
    {
        using var http = silo.Http();
        async Task PutAsync(bool enabled) => (await http.PutAsync("/v1/sources/web", RunningSilo.Json($$"""{"name":"Web","trusted":false,"enabled":{{(enabled ? "true" : "false")}}}"""))).EnsureSuccessStatusCode();
        await PutAsync(true);
        var token = await CardScene.TokenAsync(silo, "ends", """{"source":"web"}""");
        await using var reader = await CardReader.OpenAsync(silo.Address(), "/v1/users/ends/cards", token);
        Assert.Equal(HttpStatusCode.OK, reader.Status);
        await PutAsync(false);
        Assert.True(await reader.EndsAsync());
        await using var again = await CardReader.OpenAsync(silo.Address(), "/v1/users/ends/cards", token);
        Assert.Equal(HttpStatusCode.Unauthorized, again.Status);
    }

    /// <summary>Printed, not judged: the machine does other things beside. One user after the other, each with its stream open.</summary>
    [Fact]
    public async Task From_the_answer_to_an_event_until_its_card_is_there()
    {
        var waits = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            await using var reader = await OpenAsync($"timed-{i}");
            var card = reader.CardAsync();
            await CardScene.FillAsync(silo, $"timed-{i}", "f-1");
            var answered = Stopwatch.GetTimestamp();
            await card;
            waits.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }

        waits.Sort();
        output.WriteLine($"from ingest answer to card, ms, n = {waits.Count}: p50 {waits[waits.Count / 2]:0.0}, p99 {waits[^1]:0.0} (largest)");
    }
}
