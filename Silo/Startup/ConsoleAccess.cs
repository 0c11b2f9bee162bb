using System.Collections.Concurrent;
using System.Security.Claims;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Dashboard;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aampe.Agents.Silo.Startup;

/// <summary>What the console asks of its host. It speaks to the silo as any backend does, over HTTP, with a token of the person who looks: what a role may not do is refused there.</summary>
sealed class ConsoleAccess(IClock clock, IAdminPasswords passwords, PeopleBook people, AdminTokens tokens, IServer server) : IConsoleAccess, IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Lazy<IAgentClient>> clients = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool SimulatedClock => clock.Simulated;

    /// <inheritdoc/>
    public DateTimeOffset Now => clock.Now.ToDateTimeOffset();

    /// <inheritdoc/>
    public IAgentClient Client(ClaimsPrincipal user)
    {
        var id = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in.");
        return clients.GetOrAdd(id, _ => new(() => AgentClientRegistration.Create(options =>
        {
            options.UseHttp(Address(server), "ak_by_the_token_below");
            options.CallTimeout = TimeSpan.FromSeconds(30);
            options.HttpHandler = () => new TokenHandler(tokens, id);
        }))).Value;
    }

    /// <inheritdoc/>
    public async Task<ConsolePerson?> VerifyAsync(string name, string password, string remoteAddress) =>
        await passwords.VerifyAsync(name, password, remoteAddress, CancellationToken.None) is SignIn.Accepted { Person: var person } ? new ConsolePerson(person.Id, person.Name, person.Stamp) : null;

    /// <inheritdoc/>
    public async ValueTask<bool> IsCurrentAsync(string id, int stamp) => await people.FindAsync(id, CancellationToken.None) is { Disabled: false } person && person.Stamp == stamp;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values.Where(one => one.IsValueCreated))
        {
            await client.Value.DisposeAsync();
        }
    }

    // A server that listens on every address is reached over loopback.
    static Uri Address(IServer server)
    {
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The console needs an HTTP address of the silo; none is bound.");
        var uri = new Uri(bound.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("*", "127.0.0.1", StringComparison.Ordinal));
        return uri;
    }

    // Tokens are short-lived: each call takes one that is good for a while yet. One that has ended early, since rights changed, is refused once and replaced.
    sealed class TokenHandler(AdminTokens tokens, string personId) : DelegatingHandler(new SocketsHttpHandler())
    {
        static readonly TimeSpan margin = TimeSpan.FromMinutes(5);
        readonly SemaphoreSlim issuing = new(1);
        AdminToken? current;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await issuing.WaitAsync(cancellationToken);
            try
            {
                if (current is null || current.ExpiresAt - margin < TimeProvider.System.GetUtcNow())
                {
                    current = await tokens.IssueAsync(personId, cancellationToken);
                }

                request.Headers.Authorization = new("Bearer", current.Token);
            }
            finally
            {
                issuing.Release();
            }

            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode == System.Net.HttpStatusCode.Unauthorized)
            {
                current = null;
            }

            return answer;
        }
    }
}
