using System.Security.Cryptography;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Api;

/// <summary>Somebody new.</summary>
/// <param name="Id">Sign-in name: 1 to 64 characters out of a-z, 0-9, '.', '_', '-' and '@'.</param>
/// <param name="Contacts">Whether addresses, phone numbers and tokens may be read.</param>
public sealed record NewPersonBody(string Id, string Name, IReadOnlyList<string> Roles, bool Contacts = false);

/// <summary>What is changed of somebody.</summary>
public sealed record PersonBody(string Name, IReadOnlyList<string> Roles, bool Contacts = false, bool Disabled = false, string? Reason = null);

/// <summary>A change of one's own password.</summary>
public sealed record PasswordBody(string Current, string New);

/// <summary>Somebody who may sign in.</summary>
/// <param name="Password">The first password, shown once.</param>
public sealed record PersonReply(string Id, string Name, IReadOnlyList<string> Roles, bool Contacts, bool Disabled, DateTimeOffset? CreatedAt, IReadOnlyList<string> Scopes, string? Password = null);

/// <summary><c>/v1/people</c> and <c>/v1/me</c>.</summary>
static class PeopleEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/v1/people").WithTags("People");
        people.MapGet("", async (PeopleBook book, CancellationToken stop) => Wire.Json(new PageOf<PersonReply>([.. (await book.AllAsync(stop)).Select(person => Reply(person))], null)))
            .RequireScope(Scopes.Console).WithName("People").WithSummary("Everybody who may sign in, with roles").Produces<PageOf<PersonReply>>().Refuses(401, 403);
        people.MapPost("", CreateAsync).RequireScope(Scopes.People).WithName("CreatePerson").WithSummary("Add somebody; the first password is shown once")
            .Accepts<NewPersonBody>("application/json").Produces<PersonReply>(StatusCodes.Status201Created).Refuses(400, 401, 403, 409, 415, 422);
        people.MapPut("/{id}", ChangeAsync).RequireScope(Scopes.People).WithName("ChangePerson").WithSummary("Change name, roles or access; sessions of before end")
            .Accepts<PersonBody>("application/json").Produces<PersonReply>().Refuses(400, 401, 403, 404, 409, 415, 422);
        people.MapPost("/{id}/password", ResetAsync).RequireScope(Scopes.People).WithName("ResetPassword").WithSummary("Give somebody a new first password, shown once")
            .Produces<PersonReply>().Refuses(401, 403, 404, 409);
        routes.MapGet("/v1/me", MeAsync).RequireScope(Scopes.Console).WithTags("People").WithName("Me").WithSummary("Who the caller is and may do").Produces<PersonReply>().Refuses(401, 403);
        routes.MapPost("/v1/me/password", OwnAsync).RequireScope(Scopes.Console).WithTags("People").WithName("ChangeOwnPassword").WithSummary("Change one's own password")
            .Accepts<PasswordBody>("application/json").Produces(StatusCodes.Status204NoContent).Refuses(400, 401, 403, 409, 415, 422, 429);
    }

    static async Task<IResult> CreateAsync(HttpContext context, PeopleBook book, AdminPasswords passwords, Actors actors, TimeProvider time, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<NewPersonBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        var faults = Faults(body!.Name, body.Roles);
        if (body.Id.Length is 0 or > 64 || !body.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' or '@'))
        {
            faults.Add(new("/id", "format", $"id must have 1 to 64 characters out of a-z, 0-9, '.', '_', '-' and '@'; it is '{body.Id}'."));
        }

        if (faults.Count > 0)
        {
            return Invalid(faults);
        }

        if (await book.FindAsync(body.Id, stop) is not null)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "already_exists", "The name is taken", $"There is or was somebody '{body.Id}'; names are never given twice.", [new("/id", "already_exists", body.Id)]);
        }

        var password = Fresh();
        var person = new Person { Id = body.Id, Name = body.Name, Roles = body.Roles, Contacts = body.Contacts, PasswordHash = passwords.Hash(password), CreatedAt = time.GetUtcNow() };
        return await SaveAsync(book, person, actors.Note(context, "person.added", "person", person.Id, null, Rights(person)), stop) is { } conflict
            ? conflict
            : Wire.Json(Reply(person, password), StatusCodes.Status201Created);
    }

    static async Task<IResult> ChangeAsync(HttpContext context, string id, PeopleBook book, Actors actors, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<PersonBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        if (await book.FindAsync(id, stop) is not { } person)
        {
            return Problems.NotFound("person", id);
        }

        if (Faults(body!.Name, body.Roles) is { Count: > 0 } faults)
        {
            return Invalid(faults);
        }

        var changed = person with { Name = body.Name, Roles = body.Roles, Contacts = body.Contacts, Disabled = body.Disabled, Stamp = person.Stamp + 1 };
        var others = (await book.AllAsync(stop)).Any(one => one.Id != id && !one.Disabled && one.Roles.Contains(Roles.Admin));
        if (!others && (changed.Disabled || !changed.Roles.Contains(Roles.Admin)))
        {
            return Problems.Of(StatusCodes.Status409Conflict, "last_admin", "The last administrator stays", $"'{id}' is the only one with the role admin; give it to somebody else first.");
        }

        return await SaveAsync(book, changed, actors.Note(context, "person.changed", "person", id, body.Reason, Rights(changed)) with { From = Rights(person), To = Rights(changed) }, stop) is { } conflict ? conflict : Wire.Json(Reply(changed));
    }

    static async Task<IResult> ResetAsync(HttpContext context, string id, PeopleBook book, AdminPasswords passwords, Actors actors, CancellationToken stop)
    {
        if (await book.FindAsync(id, stop) is not { } person)
        {
            return Problems.NotFound("person", id);
        }

        var password = Fresh();
        if (person.Id == Person.BuiltIn)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "built_in", "Set elsewhere", "The built-in administrator's password is changed by POST /v1/me/password or, when it is lost, by Bootstrap:AdminPassword at a start.");
        }

        var changed = person with { PasswordHash = passwords.Hash(password), Stamp = person.Stamp + 1 };
        return await SaveAsync(book, changed, actors.Note(context, "person.password_reset", "person", id), stop) is { } conflict ? conflict : Wire.Json(Reply(changed, password));
    }

    static async Task<IResult> MeAsync(HttpContext context, PeopleBook book, CancellationToken stop)
    {
        var caller = context.Caller();
        return Wire.Json(caller.Kind == CallerKind.Admin && await book.FindAsync(caller.Id, stop) is { } person
            ? Reply(person)
            : new PersonReply(caller.Actor, caller.Actor, [], caller.May(Scopes.Contacts), false, null, caller.Scopes));
    }

    static async Task<IResult> OwnAsync(HttpContext context, PeopleBook book, AdminPasswords passwords, Actors actors, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<PasswordBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        var caller = context.Caller();
        if (caller.Kind != CallerKind.Admin)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "no_password", "A key has no password", "Only people have one; sign in by POST /v1/session first.");
        }

        switch (await passwords.VerifyAsync(caller.Id, body!.Current, context.Connection.RemoteIpAddress?.ToString() ?? "local", stop))
        {
            case SignIn.TooSoon soon:
                return Problems.TooMany("too_many_attempts", "Too many wrong passwords from this address; wait and try again.", soon.Wait);
            case SignIn.Refused:
                return Problems.Of(StatusCodes.Status422UnprocessableEntity, "wrong_password", "The present password is wrong", "current is not your present password.", [new("/current", "wrong_password", "not your present password")]);
        }

        if (body.New.Length is < AdminPasswords.MinLength or > AdminPasswords.MaxLength)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_password", "The new password is not valid", $"new must have {AdminPasswords.MinLength} to {AdminPasswords.MaxLength} characters; it has {body.New.Length}.", [new("/new", "length", $"{AdminPasswords.MinLength} to {AdminPasswords.MaxLength}")]);
        }

        var person = (await book.FindAsync(caller.Id, stop))!;
        var kept = person.Id == Person.BuiltIn ? "" : passwords.Hash(body.New);
        if (person.Id == Person.BuiltIn)
        {
            await passwords.SetAsync(body.New, stop);
        }

        return await SaveAsync(book, person with { PasswordHash = kept, Stamp = person.Stamp + 1 }, actors.Note(context, "person.password_changed", "person", person.Id), stop) is { } conflict ? conflict : TypedResults.NoContent();
    }

    static async ValueTask<IResult?> SaveAsync(PeopleBook book, Person person, AuditNote note, CancellationToken stop)
    {
        try
        {
            await book.SaveAsync(person, note, stop);
            return null;
        }
        catch (DocumentConflictException)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "changed_meanwhile", "Changed meanwhile", $"Somebody else changed '{person.Id}' at the same time; look again and repeat the change.");
        }
    }

    static List<ProblemError> Faults(string name, IReadOnlyList<string> roles)
    {
        var faults = new List<ProblemError>();
        if (name.Trim().Length is 0 or > 100)
        {
            faults.Add(new("/name", "length", $"name must have 1 to 100 characters; it has {name.Length}."));
        }

        if (roles.Count == 0 || roles.FirstOrDefault(role => !Roles.All.Contains(role)) is not null)
        {
            faults.Add(new("/roles", "not_allowed", $"roles must be one or more of {string.Join(", ", Roles.All)}; it is [{string.Join(", ", roles)}]."));
        }

        return faults;
    }

    static Problem Invalid(List<ProblemError> faults) => Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_person", "The person is not valid", faults[0].Detail, faults);

    static string Rights(Person person) => $"{string.Join(", ", person.Roles)}{(person.Contacts ? ", contacts" : "")}{(person.Disabled ? ", disabled" : "")}";

    static string Fresh() => KeyText.Encode(RandomNumberGenerator.GetBytes(15));

    static PersonReply Reply(Person person, string? password = null) => new(person.Id, person.Name, person.Roles, person.Contacts, person.Disabled, person.CreatedAt, person.Scopes, password);
}
