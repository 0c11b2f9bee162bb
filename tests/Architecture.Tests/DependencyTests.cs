namespace Aampe.Agents.Architecture.Tests;

/// <summary>The arrows between projects, by what the built assemblies really reference.</summary>
public sealed class DependencyTests
{
    static readonly string[] Drivers = ["Microsoft.Data.Sqlite", "SQLitePCLRaw", "Npgsql", "Confluent.Kafka"];

    /// <summary>What each project may see of the others: docs/architecture.md, dependencies.</summary>
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Core"] = [],
        ["Storage"] = ["Core"],
        ["Grains.Interfaces"] = ["Core"],
        ["Grains"] = ["Core", "Grains.Interfaces", "Storage"],
        ["Client"] = ["Core", "Grains.Interfaces"],
        ["Dashboard"] = ["Core", "Grains.Interfaces", "Client"],
        ["Silo"] = ["Core", "Storage", "Grains.Interfaces", "Grains", "Client", "Dashboard"],
    };

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_arrows_allow(string project) =>
        Exceptions.AssertNone("dependency", Violations(project, References(project)));

    [Theory]
    [InlineData("Core", "Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("Core", "Orleans.Core.Abstractions")]
    [InlineData("Core", "Aampe.Agents.Storage")]
    [InlineData("Storage", "Orleans.Core")]
    [InlineData("Grains.Interfaces", "Aampe.Agents.Grains")]
    [InlineData("Grains", "Npgsql")]
    [InlineData("Silo", "Microsoft.Data.Sqlite")]
    [InlineData("Client", "Aampe.Agents.Storage")]
    [InlineData("Dashboard", "Aampe.Agents.Grains")]
    public void An_arrow_that_is_not_drawn_is_found(string project, string reference) =>
        Assert.Equal([$"{project} → {reference}"], Violations(project, ["System.Runtime", reference]));

    [Fact]
    public void Grains_name_no_concrete_log_store_or_sandbox() =>
        Exceptions.AssertNone("abstractions only", Repository.TypesOf("Grains")
            .SelectMany(type => Walk.TypeUses.Of(type).Where(IsConcreteOfStorage).Select(used => $"{type} → {used}")));

    [Fact]
    public void A_class_behind_an_interface_of_its_own_project_counts_as_concrete() =>
        Assert.Equal((true, false, false), (IsConcrete(typeof(Fixtures.FileLog)), IsConcrete(typeof(Fixtures.ILog)), IsConcrete(typeof(Fixtures.LogLine))));

    static bool IsConcreteOfStorage(Type type) => type.Assembly == Repository.Load("Storage") && IsConcrete(type);

    static bool IsConcrete(Type type) => type is { IsClass: true } && type.GetInterfaces().Any(one => one.Assembly == type.Assembly);

    static IEnumerable<string> References(string project) => Repository.Load(project).GetReferencedAssemblies().Select(name => name.Name!);

    static IEnumerable<string> Violations(string project, IEnumerable<string> references) =>
        references.Where(reference => !Allowed(project, reference)).Select(reference => $"{project} → {reference}");

    static bool Allowed(string project, string reference) => reference switch
    {
        _ when reference.StartsWith(Repository.Prefix, StringComparison.Ordinal) => Arrows[project].Contains(reference[Repository.Prefix.Length..]),
        _ when project == "Core" => reference == "MathNet.Numerics" || IsBaseClassLibrary(reference),
        _ when project == "Storage" => !reference.StartsWith("Orleans", StringComparison.Ordinal),
        _ => !Drivers.Any(driver => reference.StartsWith(driver, StringComparison.Ordinal)),
    };

    static bool IsBaseClassLibrary(string reference) => File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, reference + ".dll"));
}
