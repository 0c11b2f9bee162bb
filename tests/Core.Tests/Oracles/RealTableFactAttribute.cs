namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>
/// A test over a whole public table that is not in the repository, since its licence does not say that it may be. It runs where
/// AAMPE_REAL_DATA names a folder that holds the table and expected.json, and says that it did not run elsewhere.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealTableFactAttribute : FactAttribute
{
    public RealTableFactAttribute(string file)
    {
        File = file;
        if (!System.IO.File.Exists(PathOf(file)))
        {
            Skip = $"AAMPE_REAL_DATA names no folder with {file}.";
        }
    }

    public string File { get; }

    public static string PathOf(string file) => Path.Combine(Environment.GetEnvironmentVariable("AAMPE_REAL_DATA") ?? "", file);
}
