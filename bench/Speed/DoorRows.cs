using System.Buffers;
using System.Globalization;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Bench.Speed;

/// <summary>From the body of a request to a packed row of the log: a batch of 100 events of some 375 bytes.</summary>
static class DoorRows
{
    const int BatchSize = 100, Bodies = 64;
    static readonly Instant received = Instant.From(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    static readonly Caller caller = new(CallerKind.Write, "key", "web", false, []);

    /// <summary>Bodies into checked events.</summary>
    public static void Parse(Report report)
    {
        var bodies = Enumerable.Range(0, Bodies).Select(Body).ToArray();
        var floor = Cost.Of(i => JsonPass.Over(bodies[i % Bodies]), BatchSize);
        report.Add("floor: JSON pass, each event", floor.Microseconds, "µs CPU", null);
        Cost.Of(i => EventBatch.Cut(bodies[i % Bodies]), BatchSize).Tell(report, "  of it: cut, each event", floor.Median);
        Cost.Of(i => Events(bodies[i % Bodies]), BatchSize).Tell(report, "parse: body to checked events, each", floor.Median);
    }

    /// <summary>Events into a segment of the log and back.</summary>
    public static void Pack(Report report)
    {
        var batches = Enumerable.Range(0, Bodies).Select(body => Events(Body(body)).ToArray()).ToArray();
        var writer = new ArrayBufferWriter<byte>(1 << 20);
        var copy = new byte[1 << 20];
        var floor = Cost.Of(i =>
        {
            var at = 0;
            foreach (var one in batches[i % Bodies])
            {
                one.Payload.Span.CopyTo(copy.AsSpan(at));
                at += one.Payload.Length;
            }

            return at;
        }, BatchSize);
        report.Add("floor: copy of the payloads, each event", floor.Microseconds, "µs CPU", null);
        Cost.Of(i =>
        {
            writer.ResetWrittenCount();
            EventPack.WriteSegment(writer, batches[i % Bodies]);
            return writer.WrittenCount;
        }, BatchSize).Tell(report, "pack: events to a segment, each", floor.Median);
        var rows = batches.Select(Row).ToArray();
        Cost.Of(i => EventPack.ReadRow(0, 0, BatchSize, rows[i % Bodies]), BatchSize).Tell(report, "read a row of the log, each event", floor.Median);
    }

    static List<LoggedEvent> Events(ReadOnlyMemory<byte> body)
    {
        var batch = EventBatch.Cut(body);
        var events = new List<LoggedEvent>(batch.Events.Count);
        foreach (var one in batch.Events)
        {
            events.Add(((ReadEvent.Good)reader.Read(one, null, batch.SentAt, received, caller)).Event);
        }

        return events;
    }

    static readonly EventReader reader = new(new IngestOptions());

    static byte[] Row(LoggedEvent[] events)
    {
        var to = new ArrayBufferWriter<byte>();
        to.Write([EventPack.Version]);
        EventPack.WriteSegment(to, events);
        var hash = new byte[8];
        System.IO.Hashing.XxHash3.Hash(to.WrittenSpan, hash);
        to.Write(hash);
        return to.WrittenSpan.ToArray();
    }

    static byte[] Body(int body)
    {
        var text = new StringBuilder("{\"batch\":[");
        for (var i = 0; i < BatchSize; i++)
        {
            var number = body * BatchSize + i;
            var at = received.ToDateTimeOffset().AddSeconds(-i);
            var name = (i % 4) switch { 0 => "App Opened", 1 => "Menu Viewed", 2 => "Food Cart Started", _ => "Food Order Placed" };
            text.Append(i == 0 ? "" : ",").Append(Encoding.UTF8.GetString(SpeedTown.Payload($"user-{(number / 3).ToString(CultureInfo.InvariantCulture)}", name, SpeedTown.Id(number), at, "Europe/Paris", i % 4 == 3 ? 12.5 : null)));
        }

        return Encoding.UTF8.GetBytes(text.Append("],\"sentAt\":\"2026-07-01T12:00:00.000Z\"}").ToString());
    }
}
