using System.Reflection;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>What is running.</summary>
public sealed record VersionReply(string Version, string Runtime, bool Simulated, string Now);

/// <summary><c>GET /v1/version</c>.</summary>
static class VersionEndpoint
{
    static readonly string Version = typeof(VersionEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/version", (IClock clock) => Wire.Json(new VersionReply(Version, RuntimeInformation.FrameworkDescription, clock.Simulated, clock.Now.ToString())))
        .RequireScope(Scopes.NextMessage)
        .WithTags("Operations").WithName("Version").WithSummary("What is running, and by which clock")
        .Produces<VersionReply>().Refuses(401, 403);
}
