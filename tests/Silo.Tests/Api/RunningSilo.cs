using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>The whole silo in this process, on a simulated clock, with a data directory of its own.</summary>
public class RunningSilo : WebApplicationFactory<Program>
{
    public const string ServerKey = "sk_test_0123456789abcdef", WriteKey = "wk_test_0123456789";

    readonly DirectoryInfo data = Directory.CreateTempSubdirectory("agents-");

    public Dictionary<string, string> Settings { get; } = [];

    // Over a real socket: paths, headers and limits are then those that a host app meets.
    public RunningSilo() => UseKestrel(0);

    public static DateTimeOffset Start { get; } = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public IAgentClient Agents() => AgentClientRegistration.Create(o =>
    {
        o.UseHttp(Address(), ServerKey);
        o.Timeout = TimeSpan.FromSeconds(60);
        o.CallTimeout = TimeSpan.FromMinutes(2);
    });

    public Uri Address()
    {
        StartServer();
        return new Uri(Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.First());
    }

    public HttpClient Http(string key = ServerKey)
    {
        var client = new HttpClient { BaseAddress = Address() };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Keeps the silo from writing agents until it is disposed: far shorter than what a writer waits for the lock.</summary>
    public IDisposable StopWrites() => new WriteLock(Path.Combine(data.FullName, "agents.db"));

    sealed class WriteLock : IDisposable
    {
        readonly sqlite3 db;

        public WriteLock(string path)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(path, out db, raw.SQLITE_OPEN_READWRITE, null));
            raw.sqlite3_busy_timeout(db, 5_000);
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(db, "BEGIN IMMEDIATE"));
        }

        public void Dispose() => db.Dispose();
    }

    /// <summary>A live program: two tones by push, everybody agentic, always sends.</summary>
    public static JsonElement Program(string id = "basket", string title = "Hi {{ user.firstName }}", string channel = "push", string url = "https://shop.example/basket", int holdout = 0) => JsonElement.Parse($$$"""
        {
          "id": "{{{id}}}", "name": "Basket", "scheduled": false,
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "plain", "label": "Plain" }] }],
          "messages": [
            { "id": "m1", "name": "Warm", "channel": "{{{channel}}}", "labels": { "tone": "warm" }, "content": { "title": "{{{title}}}", "body": "Come back", "url": "{{{url}}}" },
              "variables": [{ "name": "user.firstName", "default": "friend", "maxLength": 40 }] },
            { "id": "m2", "name": "Plain", "channel": "{{{channel}}}", "labels": { "tone": "plain" }, "content": { "title": "{{{title}}}", "body": "Your basket", "url": "{{{url}}}" },
              "variables": [{ "name": "user.firstName", "default": "friend", "maxLength": 40 }] }
          ],
          "experiment": { "salt": "s1", "agentic": {{{100 - holdout}}}, "random": 0, "rules": 0, "holdout": {{{holdout}}} }
        }
        """);

    public static async Task LiveAsync(IAgentClient agents, JsonElement program)
    {
        var made = await agents.Admin.CreateProgramAsync(program);
        await agents.Admin.TransitionAsync(made.Id, "live", "test", @override: true);
    }

    /// <summary>A known user with a push token, a first name and a zone where it is mid-morning.</summary>
    public static async Task ArriveAsync(IAgentClient agents, string userId, DateTimeOffset at)
    {
        var context = JsonElement.Parse("""{"timezone":"Europe/Paris","device":{"token":"tok"}}""");
        var report = await agents.IngestAsync(
            [
                new UserEvent { Type = "identify", UserId = userId, MessageId = "i-" + userId, Timestamp = at, Traits = JsonElement.Parse("""{"firstName":"Ada"}"""), Context = context },
                new UserEvent { UserId = userId, MessageId = "v-" + userId, Event = "Product Viewed", Timestamp = at, Context = context },
            ],
            new IngestOptions { WaitApplied = true });
        Assert.Equal((2, 0), (report.Accepted, report.Pending));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Clock:Kind", "simulated");
        builder.UseSetting("Clock:Start", "2026-11-24T09:00:00Z");
        builder.UseSetting("Data:Directory", data.FullName);
        builder.UseSetting("Data:Synchronous", "Normal");
        builder.UseSetting("Log:Partitions", "2");
        builder.UseSetting("Http:Port", "0");
        builder.UseSetting("Bootstrap:ServerKey", ServerKey);
        builder.UseSetting("Bootstrap:WriteKey", WriteKey);
        builder.UseSetting("Bootstrap:AdminPassword", "correct horse battery staple");
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && data.Exists)
        {
            data.Delete(recursive: true);
        }
    }

    internal static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
