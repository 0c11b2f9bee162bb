namespace Aampe.Agents.Silo.Security.People;

/// <summary>Somebody who signs in to the console.</summary>
public sealed record Person
{
    /// <summary>Id of the administrator whom the first start makes.</summary>
    public const string BuiltIn = "admin";

    /// <summary>Sign-in name: 1 to 64 characters out of a-z, 0-9, '.', '_', '-' and '@'. Never given to anybody else.</summary>
    public required string Id { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>Some of <see cref="People.Roles.All"/>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Whether addresses, phone numbers and tokens may be read.</summary>
    public bool Contacts { get; init; }

    /// <summary>May not sign in any more.</summary>
    public bool Disabled { get; init; }

    /// <summary>Password as the hasher keeps it; empty for the built-in administrator, whose password is kept apart.</summary>
    public string PasswordHash { get; init; } = "";

    /// <summary>+1 when password or rights change: sessions and tokens of before end.</summary>
    public int Stamp { get; init; }

    /// <summary>When it was made; null for the built-in administrator.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What the person may do.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Scopes => Disabled ? [] : People.Roles.ScopesOf(Roles, Contacts);

    /// <summary>Whether the person may approve what others wrote.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Approves => Security.Scopes.Include(Scopes, Security.Scopes.Approve);
}
