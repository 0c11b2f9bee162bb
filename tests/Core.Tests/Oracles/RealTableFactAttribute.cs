namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>
/// A test over a whole public table. Where the table's licence does not let it into the repository, the test runs where AAMPE_REAL_DATA names a
/// folder that holds it, and says that it did not run elsewhere (Oracles/Real/README.md).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealTableFactAttribute : FactAttribute
{
    public RealTableFactAttribute(string file)
    {
        File = file;
        if (!System.IO.File.Exists(PathOf(file)))
        {
            Skip = $"{file} is not here and AAMPE_REAL_DATA names no folder with it.";
        }
    }

    public string File { get; }

    public static string PathOf(string file) =>
        Environment.GetEnvironmentVariable("AAMPE_REAL_DATA") is { Length: > 0 } folder && System.IO.File.Exists(Path.Combine(folder, file))
            ? Path.Combine(folder, file)
            : Path.Combine(AppContext.BaseDirectory, "Oracles", "Real", file);
}
