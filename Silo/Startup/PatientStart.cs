using Aampe.Agents.Silo.Cluster;

namespace Aampe.Agents.Silo.Startup;

/// <summary>
/// Repeats a part of the start that met a silo which is just dying: the rules live in grains, and a grain answers elsewhere once the death is noticed,
/// within about six seconds. Other faults end the start as they did.
/// </summary>
public sealed class PatientStart(TimeProvider time, ILogger<PatientStart> log)
{
    /// <summary>How long is tried: several times what the cluster takes to notice a death, and shorter than an orchestrator's patience with a start.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    static readonly TimeSpan first = TimeSpan.FromMilliseconds(250), longestPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs a part until it succeeds.</summary>
    /// <param name="what">What it does, in a sentence that goes on with "failed".</param>
    /// <param name="part">May be run several times.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StartGivenUpException">It met unreachable silos for longer than <see cref="Longest"/>.</exception>
    public async Task RunAsync(string what, Func<CancellationToken, Task> part, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(part);
        var since = time.GetTimestamp();
        for (var pause = first; ; pause = pause * 2 > longestPause ? longestPause : pause * 2)
        {
            try
            {
                await part(stop);
                return;
            }
            catch (Exception fault) when ((MovedCalls.IsPassing(fault) || fault is TimeoutException) && !stop.IsCancellationRequested)
            {
                if (time.GetElapsedTime(since) >= Longest)
                {
                    throw new StartGivenUpException($"{what} failed for {Longest.TotalSeconds:F0} seconds, since silos of the cluster do not answer: {fault.Message}", fault);
                }

                PatientStartLog.Again(log, what, pause.TotalMilliseconds, fault.Message);
                await Task.Delay(pause, time, stop);
            }
        }
    }
}

/// <summary>The silo could not start, since others of its cluster did not answer for too long.</summary>
public sealed class StartGivenUpException(string message, Exception inner) : Exception(message, inner);

internal static partial class PatientStartLog
{
    [LoggerMessage(502, LogLevel.Warning, "{What} failed: a silo of the cluster does not answer. The next try is in {Milliseconds} ms. {Reason}")]
    public static partial void Again(ILogger log, string what, double milliseconds, string reason);
}
