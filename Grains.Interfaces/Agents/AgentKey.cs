namespace Aampe.Agents.Grains.Interfaces.Agents;

/// <summary>
/// Key of a user agent: tenant and agent, each with <c>%</c> and <c>/</c> escaped, so that <c>a/b</c> + <c>c</c> and <c>a</c> + <c>b/c</c> stay two users.
/// </summary>
/// <param name="Tenant">Tenant boundary.</param>
/// <param name="Agent"><c>u:</c> and a user id, or <c>a:</c> and an anonymous id.</param>
public readonly record struct AgentKey(string Tenant, string Agent)
{
    /// <summary>The one workspace of a deployment with one business.</summary>
    public const string DefaultTenant = "default";

    /// <summary>Longest id of a person, in characters: what may not be asked for could never have events, and the other way round.</summary>
    public const int LongestId = 256;

    /// <summary>The agent of a known user.</summary>
    public static AgentKey User(string tenant, string userId) => new(tenant, "u:" + userId);

    /// <summary>The agent of somebody not known yet.</summary>
    public static AgentKey Anonymous(string tenant, string anonymousId) => new(tenant, "a:" + anonymousId);

    /// <summary>The id as the host app gave it, without the kind.</summary>
    public string Id => Agent[2..];

    /// <summary>Whether the user is known.</summary>
    public bool IsUser => Agent.StartsWith("u:", StringComparison.Ordinal);

    /// <summary>Reads a key that <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It has no separator, or the agent has no kind.</exception>
    public static AgentKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var cut = key.IndexOf('/', StringComparison.Ordinal);
        var parsed = cut < 0 ? default : new AgentKey(Unescape(key[..cut]), Unescape(key[(cut + 1)..]));
        return parsed.Agent is ['u' or 'a', ':', ..] ? parsed : throw new FormatException($"'{key}' is no agent key; it must be tenant/u:id or tenant/a:id.");
    }

    /// <summary>The key as text.</summary>
    public override string ToString() => $"{Escape(Tenant)}/{Escape(Agent)}";

    static string Escape(string part) => part.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    static string Unescape(string part) => part.Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
