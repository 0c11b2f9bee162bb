using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Storage.Log;

/// <summary>Takes old events out of a log that does not do so by itself.</summary>
public interface ILogRetention
{
    /// <summary>How long events are kept (<c>Log:Retention</c>).</summary>
    TimeSpan Retention { get; }

    /// <summary>
    /// Removes rows whose events all were received before a moment and lie behind the committed cursor, from the old end on.
    /// Offsets stay as they are.
    /// </summary>
    /// <returns>Events removed.</returns>
    ValueTask<long> TrimAsync(Instant before, CancellationToken stop);
}
