using System.Diagnostics;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>The unit, as systemd itself reads it, and the settings beside it.</summary>
public sealed class SystemdTests
{
    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        var folder = Directory.CreateTempSubdirectory("agents-unit-");
        try
        {
            // The program and the user that the unit names need not be on this machine.
            var unit = DeployFiles.Text("systemd", "aampe-agents@.service").Replace("/usr/bin/dotnet", "/bin/true", StringComparison.Ordinal);
            var path = Path.Combine(folder.FullName, "aampe-agents@1.service");
            await File.WriteAllTextAsync(path, unit);
            var (code, said) = await VerifyAsync(path);
            Assert.True(code == 0 && said.Length == 0, said);

            await File.WriteAllTextAsync(path, unit.Replace("KillSignal=", "KillSignl=", StringComparison.Ordinal));
            Assert.Contains("KillSignl", (await VerifyAsync(path)).Said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Restart=always")]
    [InlineData("KillSignal=SIGTERM")]
    [InlineData("TimeoutStopSec=60")]
    [InlineData("RestartPreventExitStatus=2")]
    [InlineData("StartLimitIntervalSec=0")]
    [InlineData("NoNewPrivileges=yes")]
    [InlineData("ProtectSystem=strict")]
    [InlineData("EnvironmentFile=/etc/aampe-agents/silo@%i.env")]
    public void The_unit_says_so(string line) => Assert.Contains(line, File.ReadAllLines(DeployFiles.Of("systemd", "aampe-agents@.service")));

    [Fact]
    public void The_settings_of_the_example_exist() => DeployFiles.AssertSettings(DeployFiles.Variables("systemd", "silo@.env.example"));

    static async Task<(int Code, string Said)> VerifyAsync(string unit)
    {
        var start = new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", unit]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Start(start);
        var (output, faults) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output + await faults).Trim());
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("systemd-analyze is needed. On Debian, as root: apt-get install --no-install-recommends systemd", missing);
        }
    }
}
