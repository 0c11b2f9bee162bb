using System.Globalization;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Security;

/// <summary>Body of <c>POST /v1/session</c>.</summary>
public sealed record SessionRequest(string Password, string Name = Person.BuiltIn);

/// <summary>Body of <c>POST /v1/keys</c>. A server key without <paramref name="Source"/> sends for the source "server", a write key for "default".</summary>
public sealed record KeyRequest(KeyKind Kind, string Name, string? Source = null, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null);

/// <summary>Body of <c>POST /v1/keys/{id}/rotate</c>.</summary>
public sealed record RotateRequest(int GraceHours = 24);

/// <summary>Body of <c>PUT /v1/sources/{id}</c>.</summary>
public sealed record SourceRequest(string Name, bool Trusted, bool Enabled = true, IReadOnlyList<string>? AllowedOrigins = null, int MaxEventsPerSecond = 0);

/// <summary>What is shown of a key.</summary>
public sealed record KeyView(string Id, KeyKind Kind, string Name, string Source, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Key = null)
{
    internal static KeyView Of(AccessKey key, string? text = null) => new(key.Id, key.Kind, key.Name, key.Source, key.Scopes, key.CreatedAt, key.ExpiresAt, text);
}

/// <summary>A page of a list; <paramref name="Next"/> is what to send as <c>after</c>, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Sign-in of scripts, keys and sources.</summary>
public static class KeyRoutes
{
    const string KeysScope = "admin:keys", SourcesScope = "admin:sources";

    /// <summary>Maps <c>/v1/session</c>, <c>/v1/keys</c> and <c>/v1/sources</c>.</summary>
    public static IEndpointRouteBuilder MapSecurity(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/session", SignInAsync).WithTags("Keys").WithSummary("Sign in: name (admin when absent) and password for a token")
            .Accepts<SessionRequest>("application/json").Produces<AdminToken>().Refuses(400, 401, 415, 429);
        var keys = routes.MapGroup("/v1/keys").RequireScope(KeysScope).WithTags("Keys");
        keys.MapGet("", async (KeyRing ring, CancellationToken stop) => new Page<KeyView>([.. (await ring.KeysAsync(stop)).Select(key => KeyView.Of(key))], null));
        keys.MapPost("", CreateAsync).Accepts<KeyRequest>("application/json").Produces<KeyView>(StatusCodes.Status201Created).Refuses(400, 401, 403, 415, 422);
        keys.MapPost("/{id}/rotate", RotateAsync).Accepts<RotateRequest>("application/json").Produces<KeyView>(StatusCodes.Status201Created).Refuses(400, 401, 403, 404, 415, 422);
        keys.MapDelete("/{id}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Refuses(401, 403, 404);
        var sources = routes.MapGroup("/v1/sources").RequireScope(SourcesScope).WithTags("Sources");
        sources.MapGet("", async (KeyRing ring, CancellationToken stop) => new Page<EventSource>(await ring.SourcesAsync(stop), null));
        sources.MapPut("/{id}", SaveSourceAsync).Accepts<SourceRequest>("application/json").Produces<EventSource>().Refuses(400, 401, 403, 415, 422);
        return routes;
    }

    static async Task<IResult> SignInAsync(HttpContext context, IAdminPasswords passwords, AdminTokens tokens, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<SessionRequest>(context);
        if (body is null)
        {
            return fault!;
        }

        return await passwords.VerifyAsync(body.Name, body.Password, context.Connection.RemoteIpAddress?.ToString() ?? "local", stop) switch
        {
            SignIn.Accepted signed => TypedResults.Ok(await tokens.IssueAsync(signed.Person.Id, stop)),
            SignIn.TooSoon soon => Problems.TooMany("too_many_attempts", $"Too many wrong passwords from this address; try again in {Math.Ceiling(soon.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)} s.", soon.Wait),
            _ => Problems.Of(StatusCodes.Status401Unauthorized, "wrong_password", "Not signed in", "The name or the password is wrong.").With("WWW-Authenticate", "Bearer realm=\"aampe-agents\""),
        };
    }

    static async Task<IResult> CreateAsync(HttpContext context, KeyRing ring, TimeProvider time, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<KeyRequest>(context);
        if (body is null)
        {
            return fault!;
        }

        var source = body.Source ?? (body.Kind == KeyKind.Write ? EventSource.Default : EventSource.Server);
        var scopes = body.Scopes ?? [];
        ProblemError?[] errors =
        [
            body.Name.Length is < 1 or > 100 ? new("/name", "length", $"name must have 1 to 100 characters; it has {body.Name.Length}.") : null,
            (await ring.SourcesAsync(stop)).All(one => one.Id != source) ? new("/source", "unknown_source", $"There is no source '{source}'.") : null,
            body.Kind == KeyKind.Write && scopes.Count > 0 ? new("/scopes", "not_allowed", "A write key has no scopes: it may only send events.") : null,
            body.Kind == KeyKind.Server && scopes.Count is < 1 or > 20 ? new("/scopes", "length", "A server key needs 1 to 20 scopes.") : null,
            scopes.FirstOrDefault(scope => !Scopes.IsKnown(scope)) is { } odd ? new("/scopes", "unknown_scope", $"'{odd}' is no scope; known are {string.Join(", ", Scopes.All)}.") : null,
            body.ExpiresAt <= time.GetUtcNow() ? new("/expiresAt", "past", "expiresAt must lie in the future.") : null,
            // A key may not make a key that can do more than itself.
            scopes.FirstOrDefault(scope => !context.Caller().May(scope)) is { } more ? new("/scopes", "not_allowed", $"The calling key lacks {more} itself.") : null,
        ];
        if (errors.OfType<ProblemError>().ToArray() is { Length: > 0 } found)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_key", "The key is not valid", found[0].Detail, found);
        }

        var (key, text) = await ring.CreateKeyAsync(body.Kind, body.Name, source, scopes, body.ExpiresAt, context.Caller().Identity, Note(context, time, "key.created", "", null, $"{body.Kind} key '{body.Name}'"), stop);
        return TypedResults.Created($"/v1/keys/{key.Id}", KeyView.Of(key, text));
    }

    static async Task<IResult> RotateAsync(string id, HttpContext context, KeyRing ring, TimeProvider time, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<RotateRequest>(context);
        if (body is null)
        {
            return fault!;
        }

        if (body.GraceHours is < 0 or > 720)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_key", "The grace is not valid", $"graceHours must be 0 to 720; it is {body.GraceHours}.", [new("/graceHours", "range", "0 to 720")]);
        }

        if ((await ring.KeysAsync(stop)).FirstOrDefault(one => one.Id == id) is not { } old)
        {
            return Problems.NotFound("key", id);
        }

        var (key, text) = await ring.CreateKeyAsync(old.Kind, old.Name, old.Source, old.Scopes, old.ExpiresAt, context.Caller().Identity, Note(context, time, "key.rotated", id, null, $"'{old.Name}' from {id}, which ends in {body.GraceHours} h"), stop);
        var end = time.GetUtcNow().AddHours(body.GraceHours);
        await ring.SaveKeyAsync(old with { ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end }, null, stop);
        return TypedResults.Created($"/v1/keys/{key.Id}", KeyView.Of(key, text));
    }

    static async Task<IResult> DeleteAsync(string id, HttpContext context, KeyRing ring, TimeProvider time, CancellationToken stop)
    {
        if ((await ring.KeysAsync(stop)).FirstOrDefault(one => one.Id == id) is not { } key)
        {
            return Problems.NotFound("key", id);
        }

        await ring.DeleteKeyAsync(id, Note(context, time, "key.revoked", id, null, $"'{key.Name}'"), stop);
        return TypedResults.NoContent();
    }

    static async Task<IResult> SaveSourceAsync(string id, HttpContext context, KeyRing ring, TimeProvider time, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<SourceRequest>(context);
        if (body is null)
        {
            return fault!;
        }

        ProblemError?[] errors =
        [
            id.Length > 64 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? new("", "format", "A source's id has 1 to 64 characters out of A-Z, a-z, 0-9, '-' and '_'.") : null,
            body.Name.Length is < 1 or > 100 ? new("/name", "length", $"name must have 1 to 100 characters; it has {body.Name.Length}.") : null,
            body.MaxEventsPerSecond < 0 ? new("/maxEventsPerSecond", "range", "maxEventsPerSecond must be 0 (no limit) or more.") : null,
        ];
        if (errors.OfType<ProblemError>().ToArray() is { Length: > 0 } found)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_source", "The source is not valid", found[0].Detail, found);
        }

        var source = new EventSource { Id = id, Name = body.Name, Trusted = body.Trusted, Enabled = body.Enabled, AllowedOrigins = body.AllowedOrigins ?? [], MaxEventsPerSecond = body.MaxEventsPerSecond };
        await ring.SaveSourceAsync(source, Note(context, time, "source.saved", id, null, $"trusted {source.Trusted}, enabled {source.Enabled}") with { Kind = "source" }, stop);
        return TypedResults.Ok(source);
    }

    static AuditNote Note(HttpContext context, TimeProvider time, string act, string id, string? reason, string summary) =>
        new() { At = Instant.From(time.GetUtcNow()), Actor = context.Caller().Actor, Act = act, Kind = "key", Subject = id, Reason = reason, Summary = summary };
}
