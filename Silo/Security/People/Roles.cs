using System.Collections.Frozen;

namespace Aampe.Agents.Silo.Security.People;

/// <summary>What a person may do: ranks and duties, each a set of scopes. The same scopes keep keys in their limits, so a route asks one question for both.</summary>
public static class Roles
{
    public const string Viewer = "viewer", Marketer = "marketer", Approver = "approver", Analyst = "analyst", Operator = "operator", Privacy = "privacy", Admin = "admin";

    static readonly string[] Look = [Scopes.Console];

    static readonly FrozenDictionary<string, string[]> Granted = new Dictionary<string, string[]>
    {
        [Viewer] = Look,
        [Marketer] = [.. Look, Scopes.UsersRead, Scopes.Programs],
        [Approver] = [.. Look, Scopes.UsersRead, Scopes.Programs, Scopes.Workspace, Scopes.Approve, Scopes.Pause, Scopes.Resume],
        [Analyst] = [.. Look, Scopes.UsersRead, Scopes.Experiments, Scopes.Export, Scopes.Pause],
        [Operator] = [.. Look, Scopes.UsersRead, "admin:keys", "admin:sources", "admin:channels", "admin:dead-letters", "admin:clock", "admin:sandbox", Scopes.Pause, Scopes.Resume],
        [Privacy] = [.. Look, Scopes.UsersRead, Scopes.UsersErase, Scopes.ConsentWrite, Scopes.Export, "admin:privacy", Scopes.Pause],
        [Admin] = [.. Scopes.All.Where(scope => scope != Scopes.Contacts)],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them, from the least to the most.</summary>
    public static IReadOnlyList<string> All { get; } = [Viewer, Marketer, Approver, Analyst, Operator, Privacy, Admin];

    /// <summary>Scopes of somebody with these roles.</summary>
    /// <param name="contacts">Whether addresses, phone numbers and tokens may be read, whatever the rank.</param>
    public static IReadOnlyList<string> ScopesOf(IEnumerable<string> roles, bool contacts) =>
        [.. roles.SelectMany(role => Granted.GetValueOrDefault(role) ?? []).Concat(contacts ? [Scopes.Contacts] : []).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Roles that include a scope: what an answer names when somebody lacks it.</summary>
    public static IReadOnlyList<string> With(string scope) => [.. All.Where(role => Scopes.Include(Granted[role], scope))];
}
