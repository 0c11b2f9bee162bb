using System.Collections.Concurrent;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>Token buckets: a source that has a rate may burst one second of it.</summary>
public sealed class SourceRates(TimeProvider time)
{
    readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Takes a number of events from a source's bucket; how long to wait when it is empty, null when it is not.</summary>
    public TimeSpan? Wait(EventSource source, int events)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.MaxEventsPerSecond <= 0 ? null : buckets.GetOrAdd(source.Id, _ => new Bucket()).Take(source.MaxEventsPerSecond, events, time);
    }

    sealed class Bucket
    {
        readonly Lock sync = new();
        double debt;
        long at;

        public TimeSpan? Take(int rate, int events, TimeProvider time)
        {
            lock (sync)
            {
                var now = time.GetTimestamp();
                debt = at == 0 ? 0 : Math.Max(0, debt - time.GetElapsedTime(at, now).TotalSeconds * rate);
                at = now;
                if (debt > rate)
                {
                    return TimeSpan.FromSeconds((debt - rate) / rate);
                }

                // A batch larger than the bucket still goes once the bucket is empty: no client could ever split below one second of a tiny rate.
                debt += events;
                return null;
            }
        }
    }
}
