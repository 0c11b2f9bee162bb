using System.Reflection;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>The product's built assemblies and the sources they come from.</summary>
static class Repository
{
    internal const string Prefix = "Aampe.Agents.";

    internal static string Root { get; } = Up(AppContext.BaseDirectory);

    internal static IEnumerable<string> Projects => ["Core", "Storage", "Grains.Interfaces", "Grains", "Client", "Dashboard", "Silo"];

    internal static Assembly Load(string project) => Assembly.Load(Prefix + project);

    internal static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Types that somebody wrote: not those of source generators and compiler.</summary>
    internal static IEnumerable<Type> TypesOf(string project) =>
        Load(project).GetTypes().Where(type => type.Namespace?.StartsWith(Prefix, StringComparison.Ordinal) == true);

    static string Up(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "Aampe.Agents.sln"))
            ? folder
            : Up(System.IO.Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Aampe.Agents.sln is in no folder above the tests; run them inside the repository."));
}
