using System.Globalization;

namespace Aampe.Agents.Chaos.Faults;

/// <summary>F16: bodies and events that cannot be taken, among those that can. They are refused or put aside with a reason, and hold nobody up.</summary>
public sealed class Poison : IFault
{
    static readonly string[] bodies =
    [
        "{", "[]", "{\"batch\":7}", "{\"batch\":[" + new string('[', 100_000) + "]}",
        """{"batch":[{"type":"track","event":"A","userId":"u-1","value":1e400}]}""",
    ];

    static readonly string[] events =
    [
        """{"type":"track","event":"No user"}""", """{"type":"track","userId":"u-1"}""", """{"type":"dance","userId":"u-1"}""", "7", "null", "\"text\"",
        """{"type":"track","event":"\u0000","userId":"u-\ud800"}""", """{"type":"track","event":"A","userId":"u-1","timestamp":"yesterday"}""",
        """{"type":"track","event":"A","userId":7}""",
    ];

    /// <inheritdoc/>
    public string Id => "F16";

    /// <inheritdoc/>
    public string Words => "poison among the events";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.InSharesAsync(async n =>
        {
            foreach (var body in bodies.Concat(events.Select(one => $"{{\"batch\":[{one}]}}")))
            {
                var silo = run.Cluster.Silos[n % run.Cluster.Silos.Count];
                var answer = await run.Cluster.Gateway.OnceAsync(silo, HttpMethod.Post, "/v1/batch", body, ChaosKeys.Write, null, stop);
                var shown = body.Length > 80 ? body[..80] : body;
                if (answer is null or { Status: >= 500 or < 200 or (> 200 and < 400) })
                {
                    run.Findings.Add($"{shown} was answered with {answer?.Status}");
                }

                run.DeadLetters += DeadOf(answer?.Ingest);
            }
        }, stop);
        if (run.DeadLetters == 0)
        {
            run.Findings.Add("no event was put aside: the run proves nothing");
        }
    }

    static long DeadOf(string? counts) => counts?.Split(',').FirstOrDefault(one => one.StartsWith("dead=", StringComparison.Ordinal)) is { } dead ? long.Parse(dead[5..], CultureInfo.InvariantCulture) : 0;
}
