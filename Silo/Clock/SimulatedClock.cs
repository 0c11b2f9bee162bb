using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Clock;

/// <summary>A clock that stands still until somebody moves it. It is stored, so that a restart goes on where it was.</summary>
public sealed class SimulatedClock : IClock
{
    const string Kind = "clock";
    readonly IDocumentStore documents;
    long now;

    SimulatedClock(IDocumentStore documents, Instant start)
    {
        this.documents = documents;
        now = start.UnixMilliseconds;
    }

    /// <inheritdoc/>
    public Instant Now => new(Interlocked.Read(ref now));

    /// <inheritdoc/>
    public bool Simulated => true;

    /// <summary>The stored clock, or a new one that starts at <paramref name="start"/>.</summary>
    public static async Task<SimulatedClock> OpenAsync(IDocumentStore documents, Instant start, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var stored = await documents.ReadAsync(AgentKey.DefaultTenant, Kind, Kind, stop);
        return new SimulatedClock(documents, stored is null ? start : new Instant(JsonSerializer.Deserialize<long>(stored.Content.Span)));
    }

    /// <summary>Moves the clock forward; an earlier moment changes nothing.</summary>
    public void MoveTo(Instant to) => Interlocked.Exchange(ref now, Math.Max(to.UnixMilliseconds, Interlocked.Read(ref now)));

    /// <summary>Stores where the clock stands.</summary>
    public async Task SaveAsync(CancellationToken stop) =>
        await documents.WriteAsync(AgentKey.DefaultTenant, Kind, Kind, null, JsonSerializer.SerializeToUtf8Bytes(Now.UnixMilliseconds), keepHistory: false, stop);
}
