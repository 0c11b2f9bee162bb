using System.Security.Claims;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard;

/// <summary>What the console asks of the process that hosts it. The console reads and changes everything else through the client.</summary>
public interface IConsoleAccess
{
    /// <summary>The silo's clock is driven by somebody; the console says so on every page.</summary>
    bool SimulatedClock { get; }

    /// <summary>Moment on the silo's clock.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The client with which this person's pages speak to the silo.</summary>
    IAgentClient Client(ClaimsPrincipal user);

    /// <summary>Whether the password is right. Slows down or refuses an address that guesses.</summary>
    Task<bool> VerifyAsync(string password, string remoteAddress);
}
