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

    /// <summary>Whose password it is; null when it is wrong or there is nobody of that name. Slows down or refuses an address that guesses.</summary>
    Task<ConsolePerson?> VerifyAsync(string name, string password, string remoteAddress);

    /// <summary>Whether a session may go on: the person may still sign in, with the rights and the password of then.</summary>
    ValueTask<bool> IsCurrentAsync(string id, int stamp);
}

/// <summary>Somebody who signed in.</summary>
/// <param name="Id">Sign-in name.</param>
/// <param name="Name">What people read.</param>
/// <param name="Stamp">Changes with password and rights.</param>
public sealed record ConsolePerson(string Id, string Name, int Stamp);
