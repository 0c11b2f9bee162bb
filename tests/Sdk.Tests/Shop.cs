using System.Net.Http.Headers;
using System.Text.Json;
using Aampe.Agents.Silo.Tests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Sdk.Tests;

/// <summary>The sample shop on an origin of its own, under a strict policy: nothing inline, no eval.</summary>
sealed class Shop : IAsyncDisposable
{
    readonly WebApplication app;

    Shop(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    /// <summary>Starts it.</summary>
    /// <param name="silo">Where the silo's script comes from, and where events go.</param>
    /// <param name="user">Who is signed in.</param>
    /// <param name="firstName">What the user is called.</param>
    public static async Task<Shop> StartAsync(RunningSilo silo, string user, string firstName)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var address = silo.Address().ToString().TrimEnd('/');
        app.Use(async (context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'self'; script-src 'self' {address}; connect-src 'self' {address}; img-src https: data:; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types aampe-agents";
            await next(context);
        });
        // The script from the silo's own origin, as most pages would load it; the worker from the page's, as it must be.
        app.MapGet("/", () => Results.Content(Read("index.html").Replace("\"/agents.js\"", $"\"{address}/sdk/agents.js\"", StringComparison.Ordinal), "text/html; charset=utf-8"));
        app.MapGet("/shop.js", () => Results.Content(Read("shop.js"), "text/javascript; charset=utf-8"));
        app.MapGet("/shop.css", () => Results.Content(Read("shop.css"), "text/css"));
        app.MapGet("/shop.json", () => Results.Json(new { silo = address, writeKey = RunningSilo.WriteKey, user, firstName }));
        app.MapGet("/token.json", async () =>
        {
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningSilo.ServerKey);
            using var made = await http.PostAsync(new Uri($"{address}/v1/users/{user}/tokens"), null);
            return Results.Content(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), "application/json");
        });
        foreach (var script in new[] { "agents-sw.js", "agents-push.js" })
        {
            app.MapGet("/" + script, async () =>
            {
                using var http = new HttpClient();
                return Results.Content(await http.GetStringAsync(new Uri($"{address}/sdk/{script}")), "text/javascript; charset=utf-8");
            });
        }

        await app.StartAsync();
        return new Shop(app);
    }

    /// <summary>The sample's program, with everybody in one arm: whom chance holds out is no matter of these tests.</summary>
    public static JsonElement Program() => JsonElement.Parse(Read("program.json").Replace("\"agentic\": 90, \"holdout\": 10", "\"agentic\": 100", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "WebShop", file));
}
