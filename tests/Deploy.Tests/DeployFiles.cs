using Aampe.Agents.Silo.Options;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>The files of <c>deploy/</c>, as they are beside the tests.</summary>
static class DeployFiles
{
    public static string Text(params string[] path) => File.ReadAllText(Of(path));

    public static string Of(params string[] path) => Path.Combine([AppContext.BaseDirectory, "deploy", .. path]);

    /// <summary>Lines <c>NAME=value</c> of a file for an environment, quotes taken off.</summary>
    public static Dictionary<string, string> Variables(params string[] path) => File.ReadLines(Of(path)).Select(line => line.Trim())
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim('"'), StringComparer.Ordinal);

    /// <summary>Every variable is a setting that the silo reads, with a value that it takes; settings of .NET itself have a name in capitals.</summary>
    public static void AssertSettings(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (name, value) in variables)
        {
            var key = name.Replace("__", ":", StringComparison.Ordinal);
            Assert.True(KnownSettings.Knows(key), $"{name} is no setting of the silo.");
            if (KnownSettings.Find(key) is { } setting)
            {
                Assert.Null(setting.Fault(value));
            }
        }
    }
}
