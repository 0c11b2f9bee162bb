using Aampe.Agents.Dashboard;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Startup;
using Aampe.Agents.Silo.Telemetry;

var builder = WebApplication.CreateBuilder(CommandLine.Options(args));
builder.AddServing();
builder.AddTelemetry();
builder.Services.AddSecurity(builder.Configuration);
builder.AddAgents();
builder.Services.AddIngest();
builder.Services.AddDelivery(builder.Configuration);
builder.Services.AddApi(builder.Configuration);
builder.Services.AddConsole();
builder.Services.AddSingleton<IConsoleAccess, ConsoleAccess>();

var app = builder.Build();
app.UseClockHeader();
app.UseProblems();
app.UseAuthentication();
app.UseAuthorization();
app.MapSecurity();
app.MapIngest();
app.MapApi();
app.MapClock();
app.MapHealth();
app.MapMetrics();
app.MapConsole();
await app.RunAsync();

/// <summary>The process; public for tests that host it.</summary>
public partial class Program;
