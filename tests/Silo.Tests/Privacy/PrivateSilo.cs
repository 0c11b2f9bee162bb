using System.Net;
using System.Text.Json;
using Aampe.Agents.Postgres.Fixture;
using Aampe.Agents.Silo.Tests.Api;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Silo.Tests.Privacy;

/// <summary>Where a silo of a test keeps its data: a directory, or a database on PostgreSQL; it outlives the silo.</summary>
public sealed class Keeping : IAsyncDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("agents-privacy-");
    string? postgres;

    public string File => Path.Combine(directory.FullName, "agents.db");

    public string? Postgres => postgres;

    public static async Task<Keeping> NewAsync(string kind) =>
        new() { postgres = kind == "postgres" ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null };

    public PrivateSilo Silo(Action<IServiceCollection>? change = null)
    {
        var silo = new PrivateSilo(change);
        silo.Settings["Data:Directory"] = directory.FullName;
        // No door that knows ids before the agents do.
        silo.Settings["Ingest:RecentIds"] = "0";
        if (postgres is not null)
        {
            silo.Settings["Data:Postgres"] = postgres;
        }

        return silo;
    }

    public ValueTask DisposeAsync()
    {
        directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A silo with changed services.</summary>
public sealed class PrivateSilo(Action<IServiceCollection>? change) : RunningSilo
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        if (change is not null)
        {
            builder.ConfigureTestServices(change);
        }
    }
}

/// <summary>Calls of a privacy officer.</summary>
static class Officer
{
    public static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(this HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : RunningSilo.Json(body) };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>Asks and waits for the receipt.</summary>
    public static async Task<JsonElement> RegulateAsync(this HttpClient http, string kind, params string[] users)
    {
        var (status, body) = await http.SendAsync(HttpMethod.Post, "/v1/privacy/regulations", JsonSerializer.Serialize(new { kind, userIds = users, reason = "test" }));
        Assert.Equal(HttpStatusCode.Accepted, status);
        return await http.ReceiptAsync(body);
    }

    public static async Task<JsonElement> EraseAsync(this HttpClient http, string user)
    {
        var (status, body) = await http.SendAsync(HttpMethod.Delete, $"/v1/users/{Uri.EscapeDataString(user)}");
        Assert.Equal(HttpStatusCode.Accepted, status);
        return await http.ReceiptAsync(body);
    }

    public static async Task<JsonElement> ReceiptAsync(this HttpClient http, JsonElement begun)
    {
        var id = begun.GetProperty("request").GetProperty("id").GetString();
        for (var i = 0; i < 300; i++)
        {
            var (_, receipt) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations/" + id);
            if (receipt.GetProperty("request").GetProperty("status").GetString() == "done")
            {
                return receipt;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException((await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations/" + id)).Body.ToString());
    }

    public static long Removed(this JsonElement receipt, string store) =>
        receipt.GetProperty("stores").EnumerateArray().First(one => one.GetProperty("store").GetString() == store).GetProperty("rowsRemoved").GetInt64();
}
