namespace Aampe.Agents.Client;

/// <summary>A key of the deployment.</summary>
public sealed record AccessKey
{
    /// <summary>The part that finds it; not secret.</summary>
    public required string Id { get; init; }

    /// <summary>Write or Server.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Source whose events it sends.</summary>
    public required string Source { get; init; }

    /// <summary>What a server key may do; empty for a write key.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is refused; null = until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key itself; known to whoever made it, once.</summary>
    public string? Key { get; init; }
}

/// <summary>A key to be made.</summary>
public sealed record KeyDraft
{
    /// <summary>Write or Server.</summary>
    public required string Kind { get; init; }

    /// <summary>What people call it, 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Source whose events it sends; null = "server" for a server key, "default" for a write key.</summary>
    public string? Source { get; init; }

    /// <summary>What a server key may do, 1 to 20 scopes; null for a write key.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>From then on it is refused; null = until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
