using System.Security.Claims;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Dashboard;
using Aampe.Agents.Silo.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aampe.Agents.Silo.Startup;

/// <summary>What the console asks of its host. It speaks to the silo as any backend does, over HTTP, with an administrator's token.</summary>
sealed class ConsoleAccess(IClock clock, IAdminPasswords passwords, AdminTokens tokens, IServer server) : IConsoleAccess, IAsyncDisposable
{
    readonly Lazy<IAgentClient> client = new(() => AgentClientRegistration.Create(options =>
    {
        options.UseHttp(Address(server), "ak_by_the_token_below");
        options.CallTimeout = TimeSpan.FromSeconds(30);
        options.HttpHandler = () => new TokenHandler(tokens);
    }));

    /// <inheritdoc/>
    public bool SimulatedClock => clock.Simulated;

    /// <inheritdoc/>
    public DateTimeOffset Now => clock.Now.ToDateTimeOffset();

    /// <inheritdoc/>
    public IAgentClient Client(ClaimsPrincipal user) => client.Value;

    /// <inheritdoc/>
    public async Task<bool> VerifyAsync(string password, string remoteAddress) =>
        await passwords.VerifyAsync(password, remoteAddress, CancellationToken.None) is SignIn.Accepted;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (client.IsValueCreated)
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

    // Tokens are short-lived: each call takes one that is good for a while yet.
    sealed class TokenHandler(AdminTokens tokens) : DelegatingHandler(new SocketsHttpHandler())
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
                    current = await tokens.IssueAsync(cancellationToken);
                }

                request.Headers.Authorization = new("Bearer", current.Token);
            }
            finally
            {
                issuing.Release();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
