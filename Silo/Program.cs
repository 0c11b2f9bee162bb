using Aampe.Agents.Dashboard;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Cards;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Privacy;
using Aampe.Agents.Silo.Sdk;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Startup;
using Aampe.Agents.Silo.Telemetry;

if (Help.Asked(args) is { } answer)
{
    Console.Out.WriteLine(answer);
    return 0;
}

const int wrongSettings = 2, cannotStart = 1;
WebApplication? app = null;
try
{
    var builder = WebApplication.CreateBuilder(CommandLine.Options(args)).AddOperatorFile();
    if (Preflight.Faults(CommandLine.Expand(args), builder.Configuration) is { Count: > 0 } faults)
    {
        StartFaults.Tell(faults);
        return wrongSettings;
    }

    var starting = true;
    // What stops a start is told below, without the host's stack traces around it.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => !starting && level >= LogLevel.Information);
    builder.Logging.AddFilter("Orleans", level => !starting && level >= LogLevel.Warning).AddFilter("Orleans.Runtime.Silo", level => !starting && level >= LogLevel.Error);
    // Orleans tries a call to a silo that died again by itself, and its library tells every try with its stack.
    builder.Logging.AddFilter("Polly", LogLevel.Critical);
    builder.AddServing();
    builder.AddTelemetry();
    builder.Services.AddSecurity(builder.Configuration);
    builder.AddAgents();
    builder.Services.AddIngest();
    builder.Services.AddDelivery(builder.Configuration);
    builder.Services.AddApi(builder.Configuration);
    builder.Services.AddCards();
    builder.Services.AddConsole();
    builder.Services.AddSingleton<IConsoleAccess, ConsoleAccess>();
    builder.Services.AddCredentials();

    app = builder.Build();
    app.UseClockHeader();
    app.UseProblems();
    app.UseBrowserOrigins();
    app.UseAuthentication();
    app.UseAuthorization();
    app.MapSecurity();
    app.MapIngest();
    app.MapApi();
    app.MapCards();
    app.MapSdk();
    app.MapPrivacy();
    app.MapClock();
    app.MapHealth();
    app.MapMetrics();
    app.MapConsole();
    await app.StartAsync();
    starting = false;
    app.TellWhereItServes();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception error) when (StartFaults.Of(error) is { Count: > 0 } faults)
{
    StartFaults.Tell(faults);
    return error is Microsoft.Extensions.Options.OptionsValidationException ? wrongSettings : cannotStart;
}
finally
{
    if (app is not null)
    {
        await app.DisposeAsync();
    }
}

/// <summary>The process; public for tests that host it.</summary>
public partial class Program;
