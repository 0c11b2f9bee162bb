using System.Text.Json.Serialization;

namespace Aampe.Agents.Silo.Security;

/// <summary>What a key is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyKind>))]
public enum KeyKind
{
    /// <summary>May append events of its source and nothing else; public when a browser carries it.</summary>
    Write,

    /// <summary>A secret of a backend; may do what its scopes say.</summary>
    Server,
}

/// <summary>What is kept of a key: never the key itself.</summary>
public sealed record AccessKey
{
    /// <summary>The part that finds it; not secret.</summary>
    public required string Id { get; init; }

    public required KeyKind Kind { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Source whose events it sends.</summary>
    public required string Source { get; init; }

    /// <summary>What a server key may do; empty for a write key.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>HMAC-SHA-256 of the whole key under the deployment's pepper.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is refused; null = until it is deleted.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Identity of who made it, and for whom it acts: nobody approves an own change with it. Null for keys of before.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Set by configuration; replaced when the configuration names another.</summary>
    public bool Configured { get; init; }
}

/// <summary>Where events come from.</summary>
public sealed record EventSource
{
    /// <summary>Source of the first write key: what a browser may carry, so its claims about people have no effect.</summary>
    public const string Default = "default";

    /// <summary>Source of the first server key: trusted, and apart from <see cref="Default"/> so that nobody with the public key can use up its message ids.</summary>
    public const string Server = "server";

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Whether it may state facts about people: consent, merges, other tools' sends.</summary>
    public required bool Trusted { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Origins that a browser may send from, such as https://shop.example; empty = any.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Events a second that it may send; 0 = no limit.</summary>
    public int MaxEventsPerSecond { get; init; }
}

/// <summary>What a server key can be allowed to do.</summary>
public static class Scopes
{
    public const string Ingest = "ingest";
    public const string NextMessage = "next-message";
    public const string UsersRead = "users:read";
    public const string UsersErase = "users:erase";
    public const string ConsentWrite = "consent:write";
    public const string Export = "export";

    /// <summary>Everything but personal data.</summary>
    public const string Console = "console:read";

    /// <summary>Addresses, phone numbers and tokens of people.</summary>
    public const string Contacts = "users:pii";

    /// <summary>Write and submit drafts.</summary>
    public const string Programs = "admin:programs";

    /// <summary>Count experiments.</summary>
    public const string Experiments = "admin:experiments";

    /// <summary>Limits and settings of the workspace.</summary>
    public const string Workspace = "admin:workspace";

    /// <summary>Approve, send back, publish.</summary>
    public const string Approve = "admin:approve";

    /// <summary>Pause, and stop everything.</summary>
    public const string Pause = "admin:pause";

    /// <summary>Let what was paused go on.</summary>
    public const string Resume = "admin:resume";

    /// <summary>Publish although a launch check fails.</summary>
    public const string Override = "admin:override";

    /// <summary>People and their roles.</summary>
    public const string People = "admin:roles";

    /// <summary>The audit trail.</summary>
    public const string Audit = "admin:audit";

    /// <summary>Requests about people.</summary>
    public const string Privacy = "admin:privacy";

    /// <summary>Every <c>admin:…</c> scope.</summary>
    public const string Admin = "admin:*";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingest, NextMessage, UsersRead, Contacts, UsersErase, ConsentWrite, Export, Console, Admin];

    /// <summary>Whether a list of scopes includes one; <c>admin:*</c> includes every <c>admin:…</c>, and whoever may change something may look.</summary>
    public static bool Include(IEnumerable<string> granted, string scope) =>
        granted.Any(one => one == scope || one == Admin && scope.StartsWith("admin:", StringComparison.Ordinal) || scope == Console && one.StartsWith("admin:", StringComparison.Ordinal));

    /// <summary>Whether a scope can be given to a key: one of <see cref="All"/>, or admin: and a lower-case word.</summary>
    public static bool IsKnown(string scope) =>
        All.Contains(scope) || scope.StartsWith("admin:", StringComparison.Ordinal) && scope.Length is > 6 and <= 40 && scope[6..].All(c => char.IsAsciiLetterLower(c) || c == '-');
}
