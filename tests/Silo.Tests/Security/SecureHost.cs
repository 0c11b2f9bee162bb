using System.Net.Http.Headers;
using System.Text;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Silo.Tests.Security;

/// <summary>A host with nothing but security and two routes to protect.</summary>
sealed class SecureHost : IAsyncDisposable
{
    public const string WriteKey = "wk_test_0001", ServerKey = "sk_test_secret_0001", Password = "a long test password";

    readonly WebApplication app;

    SecureHost(WebApplication app) => this.app = app;

    public static async Task<SecureHost> StartAsync(IDocumentStore? documents = null, TimeProvider? time = null, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        (string Key, string? Value)[] given = settings.Length > 0 ? settings : [("WriteKey", WriteKey), ("ServerKey", ServerKey), ("AdminPassword", Password)];
        builder.Configuration.AddInMemoryCollection(given.Select(one => KeyValuePair.Create("Bootstrap:" + one.Key, one.Value)));
        builder.Services.AddRouting();
        builder.Services.AddSingleton(documents ?? new MemoryDocuments());
        builder.Services.AddSingleton(time ?? new FakeTimeProvider());
        builder.Services.AddSecurity(builder.Configuration).AddCredentials();
        var app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapSecurity();
        app.MapPost("/next", (HttpContext context) => context.Caller().Id).RequireScope(Scopes.NextMessage);
        app.MapPost("/dead-letters", () => "ok").RequireScope("admin:dead-letters");
        await app.StartAsync();
        return new(app);
    }

    public KeyRing Keys => app.Services.GetRequiredService<KeyRing>();

    public Task<HttpResponseMessage> PostAsync(string path, string? authorization, string? json = null) =>
        SendAsync(HttpMethod.Post, path, authorization, json);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? authorization, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await app.GetTestClient().SendAsync(request);
    }

    public static string Basic(string key) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    public static string Bearer(string key) => new AuthenticationHeaderValue("Bearer", key).ToString();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
