using System.Security.Claims;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>A host with one password.</summary>
sealed class FakeAccess(FakeAgents agents) : IConsoleAccess
{
    public const string Password = "a password of tests";

    public bool SimulatedClock { get; set; }

    public DateTimeOffset Now => agents.Now.Now;

    public IAgentClient Client(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true } ? agents : throw new InvalidOperationException("Nobody is signed in.");

    public Task<ConsolePerson?> VerifyAsync(string name, string password, string remoteAddress) =>
        Task.FromResult(name == "admin" && password == Password && remoteAddress.Length > 0 ? new ConsolePerson("admin", "Administrator", 0) : null);

    public ValueTask<bool> IsCurrentAsync(string id, int stamp) => ValueTask.FromResult(id == "admin" && stamp == 0);
}
