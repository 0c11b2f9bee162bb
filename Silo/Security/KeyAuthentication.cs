using System.Text;
using System.Text.Encodings.Web;
using Aampe.Agents.Silo.Security.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Security;

/// <summary>A scope that an endpoint asks for.</summary>
/// <param name="Scope">One of <see cref="Scopes"/>.</param>
/// <param name="UserTokens">Whether a user token will do as well; the endpoint then sees to it that it stays with its own user.</param>
public sealed record RequiredScope(string Scope, bool UserTokens = false) : IAuthorizationRequirement;

/// <summary>How endpoints ask for a key.</summary>
public static class KeyAuthorization
{
    /// <summary>
    /// Only callers whose server key has the scope, and administrators. Without a valid key: 401. With a write key: 403 <c>write_key_only</c>. Without
    /// the scope: 403 <c>missing_scope</c>. Works on single endpoints and on groups.
    /// </summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(policy => policy.AddAuthenticationSchemes(KeyAuthentication.Scheme).AddRequirements(new RequiredScope(scope)));

    /// <summary>As <see cref="RequireScope"/>, and user tokens too: the endpoint must ask whose they are.</summary>
    public static TBuilder RequireScopeOrUserToken<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(policy => policy.AddAuthenticationSchemes(KeyAuthentication.Scheme).AddRequirements(new RequiredScope(scope, UserTokens: true)));

    /// <summary>The caller of an endpoint that asked for a scope.</summary>
    /// <exception cref="InvalidOperationException">The endpoint asked for none.</exception>
    public static Caller Caller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Security.Caller.Of(context.User) ?? throw new InvalidOperationException($"{context.Request.Path} has no caller: its endpoint must call RequireScope.");
    }
}

sealed class ScopeAuthorization : AuthorizationHandler<RequiredScope>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RequiredScope requirement)
    {
        var caller = Caller.Of(context.User);
        if (caller?.May(requirement.Scope) == true || (requirement.UserTokens && caller?.Kind == CallerKind.User))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Reads write keys from Basic, server keys and administrators' tokens from Bearer. Keys in a query are not read here.</summary>
sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing keys, AdminTokens tokens, UserTokens userTokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "agents-key";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return AuthenticateResult.NoResult();
        }

        var caller = header.Count == 1 ? await FindAsync(header[0] ?? "") : null;
        return caller is null
            ? AuthenticateResult.Fail("unknown key")
            : AuthenticateResult.Success(new(caller.ToPrincipal(Scheme), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problems.Unauthorized(Request.Headers.Authorization.Count == 0
                ? "Send a server key as 'Authorization: Bearer sk_…'."
                : Bearer(Request.Headers.Authorization.ToString()) is null
                    ? "A server key goes as 'Authorization: Bearer sk_…'; what came is no Bearer token."
                    : "The key is unknown, expired or altered.")
            .ExecuteAsync(Context);

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var presented = await HandleAuthenticateOnceSafeAsync();
        var caller = presented.Principal is { } user ? Caller.Of(user) : null;
        var wanted = string.Join(", ", Context.GetEndpoint()?.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements).OfType<RequiredScope>().Select(required => required.Scope) ?? []);
        var problem = caller?.Kind == CallerKind.Write
            ? Problems.Of(StatusCodes.Status403Forbidden, "write_key_only", "A write key can only send events", "This route needs a server key (sk_…); a write key may only send events to the ingest routes.")
            : caller?.Kind == CallerKind.User ? Problems.Of(StatusCodes.Status403Forbidden, "user_token_only", "A user token can only see its user's cards", "This route needs a server key (sk_…); a user token may only open its own user's stream of cards and report on that user's decisions.")
            : Lacks(caller!, wanted);
        await problem.ExecuteAsync(Context);
    }

    /// <summary>The caller lacks a right: the answer names it, and for a person who has it.</summary>
    internal static Problem Lacks(Caller caller, string scope) => caller.Kind == CallerKind.Admin
        ? Problems.Of(
            StatusCodes.Status403Forbidden, "missing_role", "Your role does not include this",
            $"This needs {(Roles.With(scope) is { Count: > 0 } roles ? $"the role {string.Join(" or ", roles)}" : $"the permission {scope}")}; {caller.Id} does not have it. Somebody with the role admin can give it.",
            [new("", "missing_role", scope)])
        : Problems.Of(
            StatusCodes.Status403Forbidden, "missing_scope", "The key lacks a scope", $"This route needs the scope {scope}; the key has {string.Join(", ", caller.Scopes)}.", [new("", "missing_scope", scope)]);

    async ValueTask<Caller?> FindAsync(string header)
    {
        var stop = Context.RequestAborted;
        if (BasicKey(header) is { } write)
        {
            return write.StartsWith("wk_", StringComparison.Ordinal) && await keys.FindAsync(write, stop) is { } found ? Caller.Of(found) : null;
        }

        return Bearer(header) switch
        {
            // A write key as Bearer is known too: what it lacks is the right, and the answer says so.
            { } text when (text.StartsWith("sk_", StringComparison.Ordinal) || text.StartsWith("wk_", StringComparison.Ordinal)) && await keys.FindAsync(text, stop) is { } found => Caller.Of(found),
            { } text when text.StartsWith(AdminTokens.Prefix, StringComparison.Ordinal) && await tokens.FindAsync(text, stop) is { } person => Caller.Of(person),
            { } text when text.StartsWith(UserTokens.Prefix, StringComparison.Ordinal) && await userTokens.FindAsync(text, stop) is { } holder => Caller.Of(holder),
            _ => null,
        };
    }

    /// <summary>The user name of a Basic header, with or without the colon; null when it is no such header.</summary>
    internal static string? BasicKey(string header)
    {
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        Span<byte> decoded = stackalloc byte[KeyText.MaxLength + 64];
        if (!Convert.TryFromBase64String(header[6..].Trim(), decoded, out var length))
        {
            return "";
        }

        var pair = Encoding.UTF8.GetString(decoded[..length]);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? pair : pair[..colon];
    }

    /// <summary>The token of a Bearer header; null when it is no such header.</summary>
    internal static string? Bearer(string header) =>
        header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
}
