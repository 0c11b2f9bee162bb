using System.Diagnostics;

namespace Aampe.Agents.Chaos.Faults;

/// <summary>F2: kill -9 of PostgreSQL and its children, and its start a while later. The silos stay.</summary>
public sealed class DatabaseKilled : IFault
{
    /// <inheritdoc/>
    public string Id => "F2";

    /// <inheritdoc/>
    public string Words => "kill -9 of PostgreSQL";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async _ =>
        {
            await run.Cluster.Database.KillAsync();
            await Task.Delay(run.Random.Next(500, 4_000), stop);
            await Down.ReturnsAsync(run, stop);
        }, stop);
        Down.Check(run);
    }
}

/// <summary>What is the same however the database went away.</summary>
static class Down
{
    const string Fresh = """{"batch":[{"type":"track","event":"Seen","userId":"probe"}]}""";

    /// <summary>Starts the database and measures how long the silos take to serve again.</summary>
    public static async Task ReturnsAsync(Run run, CancellationToken stop)
    {
        await run.Cluster.Database.UpAsync();
        await ServesAsync(run, stop);
    }

    /// <summary>Measures how long the silos take to serve again.</summary>
    public static async Task ServesAsync(Run run, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        await run.MeasureServingAsync(stop);
        await run.Cluster.Gateway.AskAsync(HttpMethod.Post, "/v1/batch", Fresh, ChaosKeys.Write, null, answer => answer.Status == 200, stop);
        run.Figures["secondsToFirst200AfterStart"] = Math.Max(run.Figures.GetValueOrDefault("secondsToFirst200AfterStart"), Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>No answer may be a 500, each 503 says when to come again, and no silo has ended.</summary>
    public static void Check(Run run)
    {
        if (run.Cluster.Gateway.Outcomes.GetValueOrDefault("500") is > 0 and var broken)
        {
            run.Findings.Add($"{broken} answers were 500");
        }

        if (run.Cluster.Gateway.UnavailableWithoutRetryAfter is > 0 and var silent)
        {
            run.Findings.Add($"{silent} answers 503 or 429 had no Retry-After");
        }

        run.Findings.AddRange(run.Fallen);
    }
}
