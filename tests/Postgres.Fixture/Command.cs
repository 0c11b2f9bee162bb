using System.Diagnostics;

namespace Aampe.Agents.Postgres.Fixture;

/// <summary>Programs of this machine, run as whoever runs this process.</summary>
public static class Command
{
    /// <summary>Runs one to its end.</summary>
    /// <returns>Its exit code, and what it complained of.</returns>
    public static async Task<(int ExitCode, string Faults)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var faults = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, faults.Trim());
    }
}
