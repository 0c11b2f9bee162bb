using System.Diagnostics;
using System.Text.Json;

namespace Aampe.Agents.Silo.Tests.SuperApp;

/// <summary>The sample against a real silo in a process of its own: the loop as a stranger sees it.</summary>
[Trait("layer", "long")]
public class SuperAppRunTests
{
    [Fact]
    public async Task Agents_beat_the_rules_in_the_eyes_of_the_customer_and_in_truth()
    {
        var line = await RunAsync("--days", "14", "--for", "15m");

        Assert.Equal(0, line.GetProperty("deadLetters").GetInt64());
        Assert.Equal(0, line.GetProperty("refusedWebhooks").GetInt32());
        Assert.True(line.GetProperty("holds").GetInt64() > 1_000);
        Assert.True(line.GetProperty("effects").GetInt64() > 10_000);
        Assert.True(line.GetProperty("wallets").GetInt32() > 20);
        var against = line.GetProperty("agenticVsRules");
        Assert.True(against.GetProperty("low").GetDouble() > 0, line.ToString());
        Assert.True(against.GetProperty("truth").GetDouble() > 0.2, line.ToString());
        Assert.InRange(against.GetProperty("truth").GetDouble(), against.GetProperty("low").GetDouble(), against.GetProperty("high").GetDouble());
        Assert.True(line.GetProperty("meanEffect").GetProperty("low").GetDouble() > 0, line.ToString());
    }

    [Fact]
    public async Task Messages_without_effect_have_a_mean_effect_that_covers_zero()
    {
        var line = await RunAsync("--placebo", "--days", "14", "--for", "15m");

        var effect = line.GetProperty("meanEffect");
        Assert.True(effect.GetProperty("low").GetDouble() < 0 && effect.GetProperty("high").GetDouble() > 0, line.ToString());
        Assert.InRange(effect.GetProperty("width").GetDouble(), 0.02, 0.5);
        Assert.True(effect.GetProperty("effects").GetInt64() > 2_000);
        Assert.All(new[] { "agenticVsRules", "agenticVsRandom", "agenticVsHoldout" }, name => Assert.Equal(0, line.GetProperty(name).GetProperty("truth").GetDouble()));
    }

    static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var folder = AppContext.BaseDirectory;
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine(folder, "Aampe.Agents.SuperApp.dll"), "--silo", Path.Combine(folder, "Aampe.Agents.Silo.dll"), .. arguments])
        {
            info.ArgumentList.Add(argument);
        }

        using var process = Process.Start(info)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var lines = (await process.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n');
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"The sample ended with code {process.ExitCode}.\n{await complaints}\n{string.Join('\n', lines.TakeLast(5))}");
        return JsonDocument.Parse(lines[^1]).RootElement.Clone();
    }
}
