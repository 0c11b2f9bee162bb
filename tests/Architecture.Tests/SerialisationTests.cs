using System.Reflection;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>What crosses a process keeps its name and its numbers for ever: each record an alias, each member an id.</summary>
public sealed class SerialisationTests
{
    const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory, MemberData(nameof(Projects))]
    public void Serialised_records_have_an_alias_and_each_member_an_id(string project) =>
        Exceptions.AssertNone("serialisation", Repository.TypesOf(project).SelectMany(Violations));

    [Fact]
    public void No_alias_is_given_twice() =>
        Exceptions.AssertNone("alias", Repository.Projects.SelectMany(Repository.TypesOf).Where(type => AliasOf(type) is not null)
            .GroupBy(AliasOf).Where(group => group.Count() > 1).Select(group => $"\"{group.Key}\": {string.Join(", ", group)}"));

    [Fact]
    public void Grain_interfaces_and_their_methods_have_an_alias() =>
        Exceptions.AssertNone("alias", Repository.TypesOf("Grains.Interfaces").Where(type => type.IsInterface && typeof(Orleans.IGrain).IsAssignableFrom(type)).SelectMany(WithoutAlias));

    [Fact]
    public void A_record_without_alias_or_ids_is_found() =>
        Assert.Equal(
            ["Careless has no [Alias]", "Careless.Forgotten has no [Id]", "Careless.Second has the [Id] of another member"],
            Violations(typeof(Fixtures.Careless)).Order(StringComparer.Ordinal));

    [Fact]
    public void A_careful_record_passes() => Assert.Empty(Violations(typeof(Fixtures.Careful)));

    static IEnumerable<string> WithoutAlias(Type grain) =>
        grain.GetMethods().Where(method => method.GetCustomAttribute<Orleans.AliasAttribute>() is null).Select(method => $"{grain.Name}.{method.Name} has no [Alias]")
            .Concat(AliasOf(grain) is null ? [$"{grain.Name} has no [Alias]"] : [])
            .Concat(grain.GetMethods().GroupBy(method => method.GetCustomAttribute<Orleans.AliasAttribute>()?.Alias).Where(group => group.Key is not null && group.Count() > 1).Select(group => $"{grain.Name} has two methods \"{group.Key}\""));

    static IEnumerable<string> Violations(Type type)
    {
        if (type.GetCustomAttribute<Orleans.GenerateSerializerAttribute>(inherit: false) is null)
        {
            return [];
        }

        var members = type.IsEnum ? [] : MembersOf(type).ToArray();
        return members.Where(member => member.Id is null).Select(member => $"{type.Name}.{member.Name} has no [Id]")
            .Concat(members.Where(member => member.Id is not null).GroupBy(member => member.Id).SelectMany(group => group.Skip(1)).Select(member => $"{type.Name}.{member.Name} has the [Id] of another member"))
            .Concat(AliasOf(type) is null ? [$"{type.Name} has no [Alias]"] : []);
    }

    static string? AliasOf(Type type) => type.GetCustomAttribute<Orleans.AliasAttribute>(inherit: false)?.Alias;

    /// <summary>Fields, by the property they stand behind where there is one; what is marked not serialised is no member.</summary>
    static IEnumerable<(string Name, uint? Id)> MembersOf(Type type) =>
        from field in type.GetFields(Own)
        where field.GetCustomAttribute<NonSerializedAttribute>() is null
        let name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name
        let property = type.GetProperty(name, Own)
        select (name, (field.GetCustomAttribute<Orleans.IdAttribute>() ?? property?.GetCustomAttribute<Orleans.IdAttribute>())?.Id);
}
