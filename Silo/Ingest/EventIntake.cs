using System.Security.Cryptography;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Startup;
using Aampe.Agents.Silo.Telemetry;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>One event of a request that was refused.</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="MessageId">Its message id, if it had one.</param>
/// <param name="Code">Dead-letter reason.</param>
/// <param name="Detail">Field, value and limit.</param>
public sealed record Refusal(int Index, string? MessageId, string Code, string Detail);

/// <summary>What became of a request.</summary>
/// <param name="Accepted">Events made durable.</param>
/// <param name="Duplicates">Events whose message id is known to be durable, or stands twice in the request.</param>
/// <param name="Refused">Events put aside.</param>
public sealed record IntakeCounts(int Accepted, int Duplicates, IReadOnlyList<Refusal> Refused);

/// <summary>Reads events, then makes the good and the bad durable in one append; only then anything is answered (R1).</summary>
public sealed class EventIntake(IEventLog eventLog, IClock clock, IOptions<IngestOptions> options, AgentMetrics metrics, EventTail tail, StoreWrites writes, PersonMarks marks)
{
    const int KeptPayload = 65_536;
    readonly EventReader reader = new(options.Value);
    readonly RecentIds recent = new(options.Value.RecentIds);

    /// <summary>Takes the events of a request.</summary>
    /// <param name="events">Each one JSON value.</param>
    /// <param name="impliedType">Type that the route states; null = each event states its own.</param>
    /// <param name="sentAt">sentAt of the request; null = not said.</param>
    /// <param name="caller">Who sends.</param>
    /// <param name="keepRefused">Whether refused events become dead letters; a strict caller is told instead.</param>
    /// <param name="atomic">Whether one refused event refuses all.</param>
    public async Task<IntakeCounts> TakeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> events, string? impliedType, string? sentAt, Caller caller, bool keepRefused, bool atomic, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(caller);
        var received = clock.Now;
        var good = new List<LoggedEvent>(events.Count);
        var ids = new HashSet<ulong>(events.Count);
        var refused = new List<Refusal>();
        var letters = new List<DeadLetter>();
        var duplicates = 0;
        for (var i = 0; i < events.Count; i++)
        {
            var read = events[i].Span[0] == (byte)'{'
                ? reader.Read(events[i], impliedType, sentAt, received, caller)
                : new ReadEvent.Bad(DeadReason.SchemaViolation, "An event must be a JSON object.", null);
            if (read is ReadEvent.Good { Event: var meant } && marks.IsSilent(new AgentKey(meant.Tenant, meant.Agent)))
            {
                read = new ReadEvent.Bad(DeadReason.SuppressedUser, "The user is suppressed; nothing of the event is kept.", null);
            }

            if (read is ReadEvent.Bad bad)
            {
                refused.Add(new Refusal(i, bad.MessageId, bad.Reason.Code(), bad.Detail));
                letters.Add(Letter(Stating(events[i], impliedType), i, bad, received, caller));
                continue;
            }

            var one = ((ReadEvent.Good)read).Event;
            if (one.MessageId is { } messageId)
            {
                var id = Core.Canonical.StableHash.Of(one.Source, one.Agent, messageId);
                if (recent.Contains(id, received) || !ids.Add(id))
                {
                    duplicates++;
                    continue;
                }
            }

            good.Add(one);
        }

        if (atomic && refused.Count > 0)
        {
            return new IntakeCounts(0, 0, refused);
        }

        var dead = keepRefused ? letters : [];
        if (good.Count + dead.Count > 0)
        {
            await AppendAsync(good, dead, stop);
        }

        recent.Add(ids, received);
        tail.Show(good, dead);
        foreach (var letter in dead)
        {
            metrics.Dead(letter.Reason);
        }

        return new IntakeCounts(good.Count, duplicates, refused);
    }

    async Task AppendAsync(List<LoggedEvent> good, List<DeadLetter> dead, CancellationToken stop)
    {
        try
        {
            await eventLog.AppendAsync(good, dead, stop);
            writes.Worked();
        }
        catch (Exception fault) when (fault is StoreUnavailableException or SqliteFailureException or StoreBrokenException)
        {
            writes.Failed(fault);
            throw;
        }
    }

    // A route such as /v1/track says the type; a letter that is replayed must say it itself.
    static ReadOnlyMemory<byte> Stating(ReadOnlyMemory<byte> json, string? type)
    {
        if (type is null || json.Span[0] != (byte)'{')
        {
            return json;
        }

        var rest = json.Span[1..].TrimStart(" \t\r\n"u8);
        byte[] stated = [.. System.Text.Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\"{(rest is [(byte)'}', ..] ? "" : ",")}"), .. rest];
        return stated;
    }

    // The id follows from content and arrival, so that a client's retry of the same bad event makes one letter more, never a lost one.
    static DeadLetter Letter(ReadOnlyMemory<byte> json, int index, ReadEvent.Bad bad, Instant at, Caller caller) => new()
    {
        Id = $"dl_{(bad.Reason == DeadReason.SuppressedUser ? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) : Core.Canonical.StableHash.Of(json.Span)):x16}{Core.Canonical.StableHash.Of($"{at.UnixMilliseconds}/{index}"):x16}",
        Tenant = AgentKey.DefaultTenant,
        Source = caller.Source,
        Reason = bad.Reason.Code(),
        Detail = bad.Detail,
        At = at,
        Trusted = caller.Trusted,
        MessageId = bad.MessageId,
        Payload = bad.Reason == DeadReason.SuppressedUser ? default : json[..Math.Min(json.Length, KeptPayload)].ToArray(),
    };
}
