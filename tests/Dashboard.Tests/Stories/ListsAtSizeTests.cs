using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Dashboard.Tests.Browser;
using Aampe.Agents.Silo.Api.Catalogue;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>
/// 100,000 users and 10,000 messages in the lists of a real silo: each page shows a page, says how many there are, finds one, comes to the end, and asks
/// for no more than it shows. What is asserted is the work; times are printed for whoever reads the output.
/// </summary>
[Collection("stories")]
[Trait("layer", "long")]
public sealed class ListsAtSizeTests(Chromium chromium, ITestOutputHelper output)
{
    const int Users = 100_000, Messages = 10_000, EventsOfBatch = 2_500, RowsOfPage = 50;

    // A page of 50 rows with its markup, sent over the circuit; the whole catalogue would be twenty times as much.
    const int MostBytes = 400_000;

    [Fact]
    public async Task A_hundred_thousand_users_and_ten_thousand_messages_are_read_by_pages()
    {
        await using var silo = new StorySilo { Settings = { ["Agents:Seed"] = "lists" } };
        await FillAsync(silo);
        var index = silo.Services.GetRequiredService<CatalogueIndex>();

        await using var visit = await Visit.OpenAsync(chromium.Browser, silo.Url);
        var received = 0L;
        visit.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => Interlocked.Add(ref received, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
        await visit.EnterAsync("admin", StorySilo.AdminPassword);

        async Task LookAsync(string path, string ready, int most = RowsOfPage)
        {
            Interlocked.Exchange(ref received, 0);
            var watch = Stopwatch.StartNew();
            await visit.GotoAsync(path);
            await visit.Page.Locator(ready).First.WaitForAsync();
            var (time, bytes) = (watch.Elapsed, Interlocked.Read(ref received));
            var rows = await visit.Page.Locator("main tbody tr, main ul.found li").CountAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path,-60} {time.TotalMilliseconds,6:0} ms {bytes,9:#,0} bytes {rows,4} rows"));
            Assert.True(rows <= most, $"{path} shows {rows} rows, more than {most}.");
            Assert.True(bytes <= MostBytes, $"{path} took {bytes} bytes, more than {MostBytes}.");
        }

        await LookAsync("/", "[data-test=tile-agents]", 60);
        await Expect(visit.Test("tile-agents")).ToContainTextAsync("100,000");

        // Users: a page, how many there are, one found, the last page.
        await LookAsync("/inspector", "[data-test=found-users]");
        await Expect(visit.Test("users")).ToContainTextAsync("100,000 users have an agent");
        await Expect(visit.Page.Locator("[data-test=found-users] li")).ToHaveCountAsync(RowsOfPage);
        await visit.Test("next-users").ClickAsync();
        await Expect(visit.Page.Locator("[data-test=found-users] li").First).ToContainTextAsync("u-00050");
        await visit.ScreenshotAsync("size-inspector");
        await LookAsync("/inspector?q=u-77777", "[data-test=found-users]");
        await Expect(visit.Page.Locator("[data-test=found-users] li")).ToHaveCountAsync(1);
        await LookAsync("/inspector?q=u-999", "[data-test=found-users]");
        await visit.Test("next-users").ClickAsync();
        await Expect(visit.Page.Locator("[data-test=found-users] li").Last).ToContainTextAsync("u-99999");
        await visit.Test("first-users").ClickAsync();
        await Expect(visit.Page.Locator("[data-test=found-users] li").First).ToContainTextAsync("u-99900");
        await LookAsync("/inspector/u-77777", "[data-test=show-timeline]", 60);

        // Messages: the catalogue is read once for its version, however many pages are looked at.
        await LookAsync("/programs", "[data-program]");
        await LookAsync("/catalogue?program=big", "[data-message]");
        var read = index.Read;
        await Expect(visit.Test("place")).ToHaveTextAsync("1 to 50 of 10,000");
        await visit.Test("next-page").ClickAsync();
        await Expect(visit.Test("place")).ToHaveTextAsync("51 to 100 of 10,000");
        await visit.Test("last-page").ClickAsync();
        await Expect(visit.Test("place")).ToHaveTextAsync("9,951 to 10,000 of 10,000");
        await Expect(visit.Test("next-page")).ToHaveCountAsync(0);
        await visit.Test("previous-page").ClickAsync();
        await Expect(visit.Test("place")).ToHaveTextAsync("9,901 to 9,950 of 10,000");
        await visit.ScreenshotAsync("size-catalogue");
        await LookAsync("/catalogue?program=big&q=m-07777", "[data-message]");
        await Expect(visit.Page.Locator("[data-message]")).ToHaveCountAsync(1);
        await LookAsync("/catalogue?program=big&channel=in_app&label=tone:warm", "[data-message]");
        await Expect(visit.Test("place")).ToHaveTextAsync("1 to 50 of 5,000");
        Assert.Equal(1, read);
        Assert.Equal(read, index.Read);
        await LookAsync("/catalogue/big/m-07777", "[data-test=field-title]");
        await visit.GotoAsync("/catalogue/big/m-07777");
        var writing = Stopwatch.StartNew();
        await visit.Test("field-title").FillAsync("Rewritten");
        await visit.Test("save").ClickAsync();
        await Expect(visit.Test("announce")).ToContainTextAsync("in the draft");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one message rewritten in {writing.Elapsed.TotalMilliseconds:0} ms"));
        await LookAsync("/catalogue?program=big&change=changed", "[data-message]");
        await Expect(visit.Test("place")).ToHaveTextAsync("1 to 1 of 1");
        Assert.Equal(read + 1, index.Read);
        await LookAsync("/programs/big", "[data-test=too-long]", 200);
        await LookAsync("/content-map?program=big", "[data-test=content-map]", 60);
        await LookAsync("/action-sets?program=big", "[data-test=action-set]", 60);

        // Consent and audiences look at a sample, whatever there is.
        await LookAsync("/audiences", "[data-test=no-audiences]", 200);
        var consent = await silo.AskAsync(HttpMethod.Get, "/v1/consent/summary");
        Assert.Equal((1_000, Users), (consent.GetProperty("sample").GetInt32(), consent.GetProperty("users").GetInt32()));
        var size = await silo.AskAsync(HttpMethod.Post, "/v1/audiences/estimate", """{"text":"plan is \"gold\""}""");
        Assert.Equal(1_000, size.GetProperty("sample").GetInt32());
        Assert.InRange(Users / 10, size.GetProperty("low").GetInt32(), size.GetProperty("high").GetInt32());
        await LookAsync("/privacy", "[data-test=privacy-lead]");

        // One question of an agent whose program has all those messages.
        var watch = Stopwatch.StartNew();
        var next = await silo.AskAsync(HttpMethod.Post, "/v1/users/u-00007/next", "{}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"next {next.GetProperty("verdict")} {watch.Elapsed.TotalMilliseconds:0} ms"));

        // Each list of the API is a page too.
        using var http = silo.Http();
        foreach (var path in new[] { "/v1/users", "/v1/users?limit=500", "/v1/programs", "/v1/programs/big/messages", "/v1/programs/big/diff?limit=200", "/v1/overview", "/v1/workspace" })
        {
            var bytes = (await http.GetByteArrayAsync(path)).Length;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path,-60} {bytes,9:#,0} bytes"));
            Assert.InRange(bytes, 1, 100_000);
        }

        Assert.Empty(visit.Wrong);
    }

    async Task FillAsync(StorySilo silo)
    {
        var watch = Stopwatch.StartNew();
        using var http = silo.Http(StorySilo.WriteKey);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(StorySilo.WriteKey + ":")));
        for (var from = 0; from < Users; from += EventsOfBatch)
        {
            var events = Enumerable.Range(from, EventsOfBatch).Select(i => string.Create(CultureInfo.InvariantCulture, $$$"""{"type":"identify","userId":"u-{{{i:00000}}}","messageId":"m{{{i}}}","traits":{"plan":"{{{(i % 10 == 0 ? "gold" : "free")}}}"}}"""));
            using var answer = await http.PostAsync("/v1/batch", new StringContent($$"""{"batch":[{{string.Join(',', events)}}]}""", Encoding.UTF8, "application/json"));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Users:#,0} users sent after {watch.Elapsed.TotalSeconds:0.0} s"));
        while ((await silo.AskAsync(HttpMethod.Get, "/v1/overview")).GetProperty("totals").GetProperty("agents").GetInt64() < Users)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(15), "The events were not applied.");
            await Task.Delay(500);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"applied after {watch.Elapsed.TotalSeconds:0.0} s"));
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", """
            {
              "id": "big", "name": "Everything",
              "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
              "actionSets": [
                { "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "brief", "label": "Brief" }] }
              ],
              "messages": [
                { "id": "m-00000", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } },
                { "id": "m-00001", "channel": "in_app", "labels": { "tone": "brief" }, "content": { "title": "Hi", "body": "Come back" } }
              ],
              "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
            }
            """);
        // A copywriter's table in two files: the first and the second half.
        foreach (var half in new[] { 0, Messages / 2 })
        {
            var table = new StringBuilder("id,name,channel,locale,label:tone,content:title,content:body,var:user.firstName\n");
            for (var i = half; i < half + Messages / 2; i++)
            {
                table.Append(CultureInfo.InvariantCulture, $"m-{i:00000},Message {i},in_app,en,{(i % 2 == 0 ? "warm" : "brief")},\"Hello {i}, {{{{ user.firstName }}}}\",\"Something new for you, number {i}: come and see what is in the shop today\",there\n");
            }

            watch.Restart();
            using var importer = silo.Http();
            using var answer = await importer.PostAsync("/v1/programs/big/messages/import?apply=true", new StringContent(table.ToString(), Encoding.UTF8, "text/csv"));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode && JsonElement.Parse(text).GetProperty("applied").GetBoolean(), text[..Math.Min(2_000, text.Length)]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Messages / 2:#,0} messages imported in {watch.Elapsed.TotalSeconds:0.0} s"));
        }

        await silo.AskAsync(HttpMethod.Post, "/v1/programs/big/transitions", """{"to":"live","reason":"lists","override":true}""");
    }
}
