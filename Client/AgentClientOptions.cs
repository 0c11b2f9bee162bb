namespace Aampe.Agents.Client;

/// <summary>How the client reaches the silo.</summary>
public sealed class AgentClientOptions
{
    /// <summary>Address of the silo; set by <see cref="UseHttp"/>.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Server key; set by <see cref="UseHttp"/>.</summary>
    public string? ServerKey { get; private set; }

    /// <summary>Limit of <see cref="IAgentClient.NextMessageAsync"/>, its retry included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Limit of every other call but <see cref="IAgentAdmin.SetClockAsync"/>, which has none of its own.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes the handler that calls go through; absent = a pooled socket handler.</summary>
    public Func<HttpMessageHandler>? HttpHandler { get; set; }

    /// <summary>Clock of time limits and retries.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Talks HTTP to a silo.</summary>
    /// <param name="address">Such as <c>http://localhost:5080</c>; a path is kept.</param>
    /// <param name="serverKey">A server key or admin key.</param>
    public AgentClientOptions UseHttp(Uri address, string serverKey)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentException.ThrowIfNullOrWhiteSpace(serverKey);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The address must be absolute http or https; was '{address}'.", nameof(address));
        }

        Address = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        ServerKey = serverKey;
        return this;
    }
}
