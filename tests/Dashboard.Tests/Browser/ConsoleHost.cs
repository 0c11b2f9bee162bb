using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aampe.Agents.Dashboard.Tests.Browser;

/// <summary>A host with nothing but the console and a silo of written-down facts.</summary>
sealed class ConsoleHost : IAsyncDisposable
{
    readonly WebApplication app;

    ConsoleHost(WebApplication app, FakeAgents agents, FakeAccess access) => (this.app, Agents, Access) = (app, agents, access);

    public FakeAgents Agents { get; }

    public FakeAccess Access { get; }

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ConsoleHost> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ConsoleHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = "Development",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var agents = new FakeAgents();
        var access = new FakeAccess(agents);
        builder.Services.AddSingleton<IConsoleAccess>(access);
        builder.Services.AddConsole();
        var app = builder.Build();
        app.MapConsole();
        await app.StartAsync();
        return new ConsoleHost(app, agents, access);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
