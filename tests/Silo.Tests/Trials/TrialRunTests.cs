using System.Diagnostics;
using Aampe.Agents.Trial.Report;

namespace Aampe.Agents.Silo.Tests.Trials;

/// <summary>The trial as somebody runs it: processes of its own, killed in the middle.</summary>
[Trait("layer", "long")]
public sealed class TrialRunTests : IDisposable
{
    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("trial-");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public async Task A_killed_and_resumed_trial_ends_with_the_same_table_digit_for_digit()
    {
        string[] plan = ["--users", "200", "--days", "2", "--world", "strong", "--seed", "4"];
        var (whole, cut) = (Path.Combine(root.FullName, "whole"), Path.Combine(root.FullName, "cut"));
        await EndedAsync([.. plan, "--folder", whole]);

        foreach (var day in (string[])["day  0.", "day  1."])
        {
            using var victim = Start(day == "day  0." ? [.. plan, "--folder", cut] : ["--resume", "--folder", cut]);
            await UntilAsync(victim, Path.Combine(cut, "journal.log"), steps: day == "day  0." ? 8 : 30);
            victim.Kill();
            await victim.WaitForExitAsync();
        }

        await EndedAsync(["--resume", "--folder", cut]);

        var (expected, resumed) = (Result(whole), Result(cut));
        Assert.Equal(expected.Table1, resumed.Table1);
        Assert.Equal(expected.Cells, resumed.Cells);
        Assert.Equal((expected.Events, expected.Decisions, expected.Messages, 0), (resumed.Events, resumed.Decisions, resumed.Messages, resumed.DeadLetters));
        Assert.True(expected.Messages > 50, $"{expected.Messages} messages");
        Assert.Equal(expected.PlantedOf, expected.Cells.Count(cell => cell.Estimate is not null));

        foreach (var format in (string[])["csv", "html", "parquet"])
        {
            var file = await ReportFiles.WriteAsync(expected, format, whole);
            Assert.True(new FileInfo(file).Length > 500, file);
        }

        Assert.Equal(expected.Cells.Count + 1, File.ReadAllLines(Path.Combine(whole, "table1.csv")).Length);
    }

    [Fact]
    public async Task What_cannot_be_tried_is_refused_with_its_remedy()
    {
        Assert.Matches("no such world comes with the trial; known: .*null, paper.*strong", await RefusedAsync("--world", "nowhere"));
        Assert.Contains("holds no trial", await RefusedAsync("--resume", "--folder", Path.Combine(root.FullName, "none")), StringComparison.Ordinal);
        Assert.Contains("MB free", await RefusedAsync("--users", "10000000", "--folder", Path.Combine("/dev/shm", Path.GetFileName(root.FullName))), StringComparison.Ordinal);
        Assert.Contains("--users must be 100", await RefusedAsync("--users", "5"), StringComparison.Ordinal);
    }

    static TrialResult Result(string folder) => TrialResult.Read(File.ReadAllText(Path.Combine(folder, "result.json")));

    static Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Trial.dll"), .. arguments, "--silo", Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Silo.dll")])
        {
            info.ArgumentList.Add(argument);
        }

        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    static async Task EndedAsync(string[] arguments)
    {
        using var process = Start(arguments);
        var wrong = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {wrong}");
    }

    async Task<string> RefusedAsync(params string[] arguments)
    {
        using var process = Start(arguments.Contains("--folder") ? arguments : [.. arguments, "--folder", Path.Combine(root.FullName, "refused")]);
        var wrong = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
        return wrong;
    }

    // So many steps are over; which one is under way when the kill comes is the machine's choice.
    static async Task UntilAsync(Process process, string journal, int steps)
    {
        while (!process.HasExited)
        {
            if (File.Exists(journal))
            {
                using var reader = new StreamReader(new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                if ((await reader.ReadToEndAsync()).Split('\n').Count(line => line.StartsWith("step\t", StringComparison.Ordinal)) >= steps)
                {
                    return;
                }
            }

            await Task.Delay(50);
        }

        Assert.Fail($"The trial ended with code {process.ExitCode} before it could be killed.");
    }
}
