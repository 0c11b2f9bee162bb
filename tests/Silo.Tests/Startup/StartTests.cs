using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Aampe.Agents.Silo.Tests.Startup;

/// <summary>The real process, started wrongly: one line that names the key, the value and what is allowed, an exit code, and nothing used up.</summary>
public sealed class StartTests : IDisposable
{
    const int WrongSettings = 2, CannotStart = 1;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("agents-start-");

    [Theory]
    [InlineData("Ingest:BatchEvents must be 1 to 10000; was 0.", "--Ingest:BatchEvents", "0")]
    [InlineData("Clock:Kind must be 'system' or 'simulated'; was 'foo'.", "--clock", "foo")]
    [InlineData("Agents:CohortMinutes must be 1 to 360; was 'abc'.", "--Agents:CohortMinutes=abc")]
    [InlineData("Http:Port must be 0 to 65535; was 99999.", "--port", "99999")]
    [InlineData("Http:Address must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0; was 'here'.", "--Http:Address", "here")]
    [InlineData("There is no setting 'Ingest:BatchEvent' (from the command line); did you mean Ingest:BatchEvents?", "--Ingest:BatchEvent", "5")]
    [InlineData("There is no setting 'Http__Port' (from the command line); did you mean Http:Port?", "--Http__Port", "5")]
    [InlineData("--Http:Port has no value.", "--Http:Port")]
    [InlineData("'extra' is not a setting", "extra")]
    [InlineData("Data:Directory '/dev/null/data' cannot be written", "--data", "/dev/null/data")]
    [InlineData("Programs:Path must name a program file or a folder of them; '/no/such/place' does not exist.", "--Programs:Path", "/no/such/place")]
    [InlineData("Bootstrap:AdminPassword must have 12 to 256 characters; it has 3.", "--Bootstrap:AdminPassword", "abc")]
    [InlineData("Delivery:Channels:push:Kind is 'pigeon'; allowed: sandbox, pull, webhook, fcm, webpush.", "--Delivery:Channels:push:Kind", "pigeon")]
    [InlineData("there is no channel 'fax'", "--Delivery:Channels:fax:Kind", "sandbox")]
    [InlineData("Logging:LogLevel:Default must be one of Trace, Debug,", "--Logging:LogLevel:Default", "Nope")]
    [InlineData("AllowPrivateAddresses", "--Delivery:Channels:push:Kind", "webhook", "--Delivery:Channels:push:Url", "https://169.254.169.254/latest")]
    public async Task A_wrong_setting_is_named_in_one_line(string expected, params string[] arguments)
    {
        var (code, output, faults) = await StartAsync(arguments.Contains("--data") ? arguments : [.. arguments, "--data", folder.FullName]);
        Assert.Equal(WrongSettings, code);
        Assert.Contains(expected, faults, StringComparison.Ordinal);
        Assert.All(faults.TrimEnd().Split('\n'), line => Assert.StartsWith("The silo cannot start: ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("Credentials", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (code, output, faults) = await StartAsync("--data", folder.FullName, "--port", $"{port}");
        Assert.Equal(WrongSettings, code);
        Assert.Contains($"Http:Port {port} on 127.0.0.1 is in use by another process", faults, StringComparison.Ordinal);
        Assert.DoesNotContain("Credentials", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_file_that_is_none_stops_the_start_before_credentials_are_made()
    {
        var file = Path.Combine(folder.FullName, "broken.json");
        await File.WriteAllTextAsync(file, """{ "id": "x", "gaol": {} }""");
        var (code, output, faults) = await StartAsync("--data", Path.Combine(folder.FullName, "data"), "--port", "0", "--Programs:Path", file);
        Assert.Equal(CannotStart, code);
        Assert.Contains("broken.json", faults, StringComparison.Ordinal);
        Assert.Contains("/gaol", faults, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", faults + output, StringComparison.Ordinal);
        Assert.DoesNotContain("Credentials", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_setting_and_the_operators_page_explains_each()
    {
        var (code, output, _) = await StartAsync("--help");
        Assert.Equal(0, code);
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "operations.md"));
        Assert.All(Silo.Options.KnownSettings.All, setting =>
        {
            Assert.Contains(setting.Key, output, StringComparison.Ordinal);
            var row = Assert.Single(page.Split('\n'), line => line.StartsWith($"| `{setting.Key}` |", StringComparison.Ordinal));
            Assert.Contains(setting.Default is string { Length: 0 } or null ? "–" : $"{setting.Default}".Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal), row.Split('|')[2], StringComparison.Ordinal);
        });
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    static async Task<(int Code, string Output, string Faults)> StartAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Silo.dll"), .. arguments])
        {
            info.ArgumentList.Add(argument);
        }

        using var process = Process.Start(info)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var (output, faults) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await faults);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
