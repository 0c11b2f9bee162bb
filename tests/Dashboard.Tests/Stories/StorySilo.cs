using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Dashboard.Tests.Browser;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>The whole silo with its console, on a simulated clock: what people click here is what they will click.</summary>
public sealed class StorySilo : WebApplicationFactory<Aampe.Agents.Silo.Api.ProgramItem>
{
    public const string AdminPassword = "correct horse battery staple", ServerKey = "sk_story_0123456789abcdef", WriteKey = "wk_story_0123456789";

    readonly DirectoryInfo data = Directory.CreateTempSubdirectory("agents-");

    /// <summary>Settings beside those of every story.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether keys and password are made and printed, as at anybody's first start.</summary>
    public bool FirstStart { get; init; }

    public StorySilo() => UseKestrel(0);

    public Uri Address()
    {
        StartServer();
        return new Uri(Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public string Url => Address().ToString().TrimEnd('/');

    public HttpClient Http(string key = ServerKey)
    {
        var client = new HttpClient { BaseAddress = Address() };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Adds somebody and returns the first password.</summary>
    public async Task<string> PersonAsync(string id, params string[] roles)
    {
        using var http = Http();
        var body = JsonSerializer.Serialize(new { id, name = id, roles });
        var made = await http.PostAsync("/v1/people", new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("password").GetString()!;
    }

    /// <summary>Somebody signs in by the form and waits until the page lives.</summary>
    internal async Task<Visit> EnterAsync(Chromium chromium, string name, string password, string to = "/", int width = 1280, bool dark = false)
    {
        var visit = await Visit.OpenAsync(chromium.Browser, Url, dark, width);
        await visit.EnterAsync(name, password, to);
        return visit;
    }

    /// <summary>Moves the silo's clock on; agents do what falls due.</summary>
    public async Task<DateTimeOffset> LaterAsync(TimeSpan by)
    {
        var to = (await AskAsync(HttpMethod.Get, "/v1/clock")).GetProperty("now").GetDateTimeOffset() + by;
        if (by > TimeSpan.Zero)
        {
            await AskAsync(HttpMethod.Post, "/v1/clock", JsonSerializer.Serialize(new { now = to }));
        }

        return to;
    }

    /// <summary>Asks with the server key; the answer must be a success.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, string? body = null, string key = ServerKey)
    {
        using var http = Http(key);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseEnvironment("Development");
        builder.UseSetting("Clock:Kind", "simulated");
        builder.UseSetting("Clock:Start", "2026-11-24T09:00:00Z");
        builder.UseSetting("Data:Directory", data.FullName);
        builder.UseSetting("Data:Synchronous", "Normal");
        builder.UseSetting("Log:Partitions", "2");
        builder.UseSetting("Http:Port", "0");
        if (!FirstStart)
        {
            builder.UseSetting("Bootstrap:ServerKey", ServerKey);
            builder.UseSetting("Bootstrap:WriteKey", WriteKey);
            builder.UseSetting("Bootstrap:AdminPassword", AdminPassword);
        }

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
}
