using System.Security.Claims;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Security;

/// <summary>What kind of credential a request came with.</summary>
public enum CallerKind
{
    Write,
    Server,
    Admin,

    /// <summary>A user token: the cards of one user, and reports on that user's own decisions.</summary>
    User,
}

/// <summary>Who asks, as the key or token says.</summary>
/// <param name="Kind">Kind of credential.</param>
/// <param name="Id">Id of the key, or of the person whose token it is.</param>
/// <param name="Source">Source that the caller's events belong to.</param>
/// <param name="Trusted">Whether that source may state facts about people.</param>
/// <param name="Scopes">What the key or the person may do.</param>
/// <param name="Identity">The human behind it.</param>
public sealed record Caller(CallerKind Kind, string Id, string Source, bool Trusted, IReadOnlyList<string> Scopes, string Identity = "")
{
    const string IdClaim = "agents.key", SourceClaim = "agents.source", TrustedClaim = "agents.trusted", ScopeClaim = "agents.scope", KindClaim = "agents.kind", IdentityClaim = "agents.identity", UserClaim = "agents.user";

    /// <summary>Key of the agent that a user token is for; null for every other caller.</summary>
    public string? User { get; init; }

    /// <summary>As the audit trail names the caller.</summary>
    public string Actor => Kind == CallerKind.Admin ? $"person:{Id}" : $"key:{Id}";

    /// <summary>The caller of an authenticated request; null when it came without a key.</summary>
    public static Caller? Of(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.FindFirst(KindClaim) is { } kind
            ? new(Enum.Parse<CallerKind>(kind.Value), user.FindFirst(IdClaim)!.Value, user.FindFirst(SourceClaim)!.Value,
                user.HasClaim(TrustedClaim, "true"), [.. user.FindAll(ScopeClaim).Select(claim => claim.Value)], user.FindFirst(IdentityClaim)!.Value)
            {
                User = user.FindFirst(UserClaim)?.Value,
            }
            : null;
    }

    /// <summary>The caller behind a key. A server key is a secret, so what it says is trusted like its source.</summary>
    internal static Caller Of(KeyMatch match) =>
        new(match.Key.Kind == KeyKind.Write ? CallerKind.Write : CallerKind.Server, match.Key.Id, match.Source.Id, match.Source.Trusted, match.Key.Scopes, match.Key.CreatedBy ?? $"key:{match.Key.Id}");

    /// <summary>The caller behind a person's token.</summary>
    internal static Caller Of(Person person) => new(CallerKind.Admin, person.Id, EventSource.Server, true, person.Scopes, person.Id);

    /// <summary>The caller behind a user token. Whoever holds a browser holds it, so nothing that it says is trusted.</summary>
    internal static Caller Of(TokenHolder holder) => new(CallerKind.User, "user", holder.Source.Id, false, []) { User = holder.Agent.ToString() };

    /// <summary>Whether the caller may do what a scope stands for.</summary>
    public bool May(string scope) => Kind is not (CallerKind.Write or CallerKind.User) && Security.Scopes.Include(Scopes, scope);

    internal ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme);
        identity.AddClaim(new(KindClaim, Kind.ToString()));
        identity.AddClaim(new(IdClaim, Id));
        identity.AddClaim(new(SourceClaim, Source));
        identity.AddClaim(new(IdentityClaim, Identity));
        identity.AddClaim(new(TrustedClaim, Trusted ? "true" : "false"));
        if (User is not null)
        {
            identity.AddClaim(new(UserClaim, User));
        }

        identity.AddClaims(Scopes.Select(scope => new Claim(ScopeClaim, scope)));
        return new(identity);
    }
}
