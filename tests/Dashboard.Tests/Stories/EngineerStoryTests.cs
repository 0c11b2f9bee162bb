using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Story A: a backend engineer starts a silo, sends, asks, reports and breaks something, by plain HTTP, and sees each step in the console.</summary>
[Collection("stories")]
public sealed class EngineerStoryTests(Chromium chromium)
{
    [Fact]
    public async Task From_the_first_start_to_a_mended_event()
    {
        await using var silo = new StorySilo { FirstStart = true };
        var (write, server, password) = Started(silo);
        using var app = new HttpClient { BaseAddress = silo.Address() };
        app.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(write + ":")));

        // The console says how to begin, with the address to send to.
        await using var visit = await silo.EnterAsync(chromium, "admin", password);
        await Expect(visit.Test("first-run")).ToContainTextAsync($"{silo.Url}/v1/track");
        await visit.ScreenshotAsync("story-a-first-run");

        // One track, and it is in the tail while nobody reloads.
        await visit.GotoAsync("/diagnostics/events");
        await TrackAsync(app, """{"userId":"ada","event":"Item Added","messageId":"m-1","properties":{"value":12.5},"context":{"timezone":"Europe/Paris","device":{"token":"t-1"}}}""", "accepted=1,duplicate=0,dead=0");
        await Expect(visit.Page.Locator("[data-event=m-1]")).ToContainTextAsync("accepted", new() { Timeout = 6_000 });
        await visit.ScreenshotAsync("story-a-tail");

        // A program, and the next message of a user: send or hold, with id, reasons and where it is explained.
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", await File.ReadAllTextAsync(Visit.Repository("docs/first-program.json")), server);
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/basket/transitions", """{"to":"live","reason":"first try","override":true}""", server);
        var (user, answer) = await SendAsync(silo, server);
        var decision = answer.GetProperty("decisionId").GetString()!;
        Assert.Equal(JsonValueKind.Array, answer.GetProperty("reasons").ValueKind);
        var explained = await silo.AskAsync(HttpMethod.Get, new Uri(silo.Address(), answer.GetProperty("explainUrl").GetString()!).PathAndQuery, key: server);
        Assert.NotEqual(JsonValueKind.Undefined, explained.ValueKind);

        // Activated, delivered, clicked, and the goal: one timeline, and an effect that is pending until a named moment.
        await silo.AskAsync(HttpMethod.Post, $"/v1/decisions/{decision}/activate", key: server);
        await silo.AskAsync(HttpMethod.Post, $"/v1/decisions/{decision}/events", """[{"type":"delivered"},{"type":"clicked"}]""", server);
        await TrackAsync(app, $$"""{"userId":"{{user}}","event":"Order Completed","messageId":"m-2","properties":{"value":40} }""", "accepted=1,duplicate=0,dead=0");
        await AppliedAsync(silo, server);
        await visit.GotoAsync($"/inspector/{user}?decision={decision}");
        await Expect(visit.Test("effect-pending")).ToContainTextAsync(new Regex(@"Effect pending until \d+ \w+ 2026 .* to go\."));
        await visit.Test("show-timeline").ClickAsync();
        foreach (var what in new[] { "Item Added", "send", "handed over", "delivered", "clicked", "Order Completed" })
        {
            await Expect(visit.Test("timeline-table")).ToContainTextAsync(what);
        }

        await visit.ScreenshotAsync("story-a-inspector");

        // One broken event: 200, put aside with its reason, mended here, and in the user's life.
        await TrackAsync(app, $$"""{"batch":[{"type":"track","userId":"{{user}}","messageId":"m-3"}]}""", "accepted=0,duplicate=0,dead=1", "/v1/batch");
        await visit.GotoAsync("/diagnostics");
        var letter = visit.Page.Locator("tr[data-reason=missing_event_name]");
        await Expect(letter).ToContainTextAsync("m-3");
        await Expect(visit.Test("figure-letters")).ToHaveAttributeAsync("data-value", "1");
        await visit.Test("fix").ClickAsync();
        await visit.ScreenshotAsync("story-a-dead-letter");
        var body = await visit.Test("letter-body").InputValueAsync();
        await visit.Test("letter-body").FillAsync(body.Replace("\"type\"", "\"event\": \"Item Removed\", \"type\"", StringComparison.Ordinal));
        await visit.Test("replay-letter").ClickAsync();
        await Expect(visit.Test("announce")).ToContainTextAsync("was replayed");
        await AppliedAsync(silo, server);
        await visit.GotoAsync($"/inspector/{user}");
        await visit.Test("show-timeline").ClickAsync();
        await Expect(visit.Test("timeline-table")).ToContainTextAsync("Item Removed");
        Assert.Empty(visit.Wrong);
    }

    /// <summary>Starts the silo and reads off its output what it says once.</summary>
    static (string Write, string Server, string Password) Started(StorySilo silo)
    {
        var (printed, before) = (new StringWriter(), Console.Out);
        Console.SetOut(TextWriter.Synchronized(printed));
        try
        {
            silo.Address();
        }
        finally
        {
            Console.SetOut(before);
        }

        string Said(string label) => Regex.Match(printed.ToString(), label + @":\s+(\S+)").Groups[1].Value is { Length: > 0 } text ? text : throw new InvalidOperationException($"No {label} was printed: {printed}");
        return (Said("Write key"), Said("Server key"), Said("Admin password"));
    }

    static async Task TrackAsync(HttpClient app, string body, string counts, string path = "/v1/track")
    {
        using var answer = await app.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal((200, counts), ((int)answer.StatusCode, answer.Headers.GetValues("Aampe-Ingest").Single()));
    }

    /// <summary>Waits until agents have applied what was sent before.</summary>
    static async Task AppliedAsync(StorySilo silo, string server) =>
        await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", $$"""[{"type":"track","userId":"barrier","event":"Barrier","messageId":"{{Guid.NewGuid()}}"}]""", server);

    /// <summary>A tenth of the users is held out: the first of five who is not, with the answer.</summary>
    static async Task<(string User, JsonElement Answer)> SendAsync(StorySilo silo, string server)
    {
        foreach (var user in new[] { "ada", "bea", "cem", "dan", "eva" })
        {
            await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", $$"""[{"type":"track","userId":"{{user}}","event":"Item Added","messageId":"first-{{user}}","context":{"timezone":"Europe/Paris","device":{"token":"t-{{user}}"} } }]""", server);
            var answer = await silo.AskAsync(HttpMethod.Post, $"/v1/users/{user}/next", "{}", server);
            if (answer.GetProperty("verdict").GetString() == "send")
            {
                return (user, answer);
            }

            Assert.NotEmpty(answer.GetProperty("reasons").EnumerateArray());
        }

        throw new InvalidOperationException("Five users in a row were held.");
    }
}
