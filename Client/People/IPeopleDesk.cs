using System.Text.Json.Serialization;

namespace Aampe.Agents.Client;

/// <summary>Who may sign in and do what, and who did what.</summary>
public interface IPeopleDesk
{
    /// <summary>Who asks, with roles and scopes.</summary>
    ValueTask<PersonSummary> MeAsync(CancellationToken ct = default);

    /// <summary>Everybody who may sign in.</summary>
    ValueTask<IReadOnlyList<PersonSummary>> ListAsync(CancellationToken ct = default);

    /// <summary>Adds somebody; the answer has the first password, this once.</summary>
    ValueTask<PersonSummary> AddAsync(NewPerson person, CancellationToken ct = default);

    /// <summary>Changes name, roles or access; sessions of before end.</summary>
    ValueTask<PersonSummary> ChangeAsync(string id, PersonChange change, CancellationToken ct = default);

    /// <summary>Gives somebody a new first password; the answer has it, this once.</summary>
    ValueTask<PersonSummary> ResetPasswordAsync(string id, CancellationToken ct = default);

    /// <summary>Changes one's own password.</summary>
    ValueTask ChangeOwnPasswordAsync(string current, string @new, CancellationToken ct = default);

    /// <summary>The audit trail, newest first.</summary>
    ValueTask<Page<AuditRecord>> AuditAsync(string? actor = null, string? kind = null, string? subject = null, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>Writes the whole trail, oldest first, one JSON object a line.</summary>
    ValueTask ExportAuditAsync(Stream to, CancellationToken ct = default);

    /// <summary>Computes the chain of the audit trail anew.</summary>
    ValueTask<AuditCheck> VerifyAuditAsync(CancellationToken ct = default);
}

/// <summary>Somebody who may sign in.</summary>
/// <param name="Roles">viewer, marketer, approver, analyst, operator, privacy, admin.</param>
/// <param name="Contacts">Whether addresses, phone numbers and tokens may be read.</param>
/// <param name="Password">The first password, where it was just made.</param>
public sealed record PersonSummary(string Id, string Name, IReadOnlyList<string> Roles, bool Contacts, bool Disabled, DateTimeOffset? CreatedAt, IReadOnlyList<string> Scopes, string? Password = null)
{
    /// <summary>Whether a scope is among them.</summary>
    public bool May(string scope) => Scopes.Any(one => one == scope || one == "admin:*" && scope.StartsWith("admin:", StringComparison.Ordinal));
}

/// <summary>Somebody new.</summary>
public sealed record NewPerson(string Id, string Name, IReadOnlyList<string> Roles, bool Contacts = false);

/// <summary>What is changed of somebody.</summary>
public sealed record PersonChange(string Name, IReadOnlyList<string> Roles, bool Contacts = false, bool Disabled = false, string? Reason = null);

/// <summary>An entry of the audit trail.</summary>
public sealed record AuditRecord(long Number, DateTimeOffset At, string Actor, string Act, string Kind, [property: JsonPropertyName("object")] string Subject, string? From, string? To, string? Reason, string? Summary, string Hash);

/// <summary>Whether the chain holds.</summary>
public sealed record AuditCheck(bool Intact, long Entries, string? Head, long? BrokenAt, string? Fault);
