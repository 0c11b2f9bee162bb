using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>
/// The packed form of ledger rows: a version byte, commits, XXH3 of all before it (8 bytes). Numbers are LEB128, signed ones zigzag; texts and
/// bytes have their length in front. Only the last commit of an agent in a row carries a record.
/// </summary>
public static class LedgerPack
{
    /// <summary>Version of the form; the first byte of a row.</summary>
    public const byte Version = 1;

    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Writes one commit, on its caller's thread: what cannot be packed fails there, before anybody else is touched.</summary>
    /// <exception cref="EncoderFallbackException">A text holds half of a surrogate pair.</exception>
    public static ReadOnlyMemory<byte> Pack(AgentCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        var to = new ArrayBufferWriter<byte>(512);
        Write(to, commit);
        return to.WrittenMemory;
    }

    /// <summary>Writes a row out of packed commits.</summary>
    public static byte[] Row(IReadOnlyList<ReadOnlyMemory<byte>> packed)
    {
        ArgumentNullException.ThrowIfNull(packed);
        var row = new byte[1 + packed.Sum(one => one.Length) + sizeof(ulong)];
        row[0] = Version;
        var at = 1;
        foreach (var one in packed)
        {
            one.Span.CopyTo(row.AsSpan(at));
            at += one.Length;
        }

        XxHash3.Hash(row.AsSpan(0, at), row.AsSpan(at));
        return row;
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="InvalidDataException">The row is damaged or of a later version.</exception>
    public static IReadOnlyList<AgentCommit> Read(int partition, LedgerRow row)
    {
        var span = row.Entries.Span;
        if (span.Length < 1 + sizeof(ulong) || XxHash3.HashToUInt64(span[..^sizeof(ulong)]) != BinaryPrimitives.ReadUInt64BigEndian(span[^sizeof(ulong)..]))
        {
            throw new InvalidDataException($"Ledger row {row.Sequence} of partition {partition} is damaged: its hash does not match. Restore the store from a backup (docs/operations.md).");
        }

        if (span[0] != Version)
        {
            throw new InvalidDataException($"Ledger row {row.Sequence} of partition {partition} has form {span[0]}; this release reads {Version}. Run the release that wrote it.");
        }

        var commits = new List<AgentCommit>();
        var reader = new LedgerReader(row.Entries[1..^sizeof(ulong)]);
        while (!reader.AtEnd)
        {
            commits.Add(Read(ref reader, partition));
        }

        return commits;
    }

    static void Write(ArrayBufferWriter<byte> to, AgentCommit commit)
    {
        Text(to, commit.Key);
        Number(to, commit.ExpectedVersion);
        Number(to, commit.Steps);
        Number(to, commit.PanelRank);
        Moment(to, commit.Due);
        Bytes(to, commit.Record.Bytes.Span);
        Number(to, commit.JournalEntries);
        Bytes(to, commit.Journal.Span);
        Number(to, commit.Decisions.Count);
        foreach (var decision in commit.Decisions)
        {
            Text(to, decision.Id);
            Number(to, decision.At.UnixMilliseconds);
            Text(to, decision.Program);
            Bytes(to, decision.Stored.Span);
        }

        Number(to, commit.Effects.Count);
        foreach (var effect in commit.Effects)
        {
            Text(to, effect.DecisionId);
            Number(to, effect.At.UnixMilliseconds);
            Text(to, effect.Program);
            Bytes(to, effect.Stored.Span);
        }

        Number(to, commit.Outbox.Count);
        foreach (var row in commit.Outbox)
        {
            Text(to, row.DecisionId);
            Text(to, row.Channel);
            Number(to, row.Due.UnixMilliseconds);
            Number(to, (long)row.Status);
            Number(to, row.Attempts);
        }

        Number(to, commit.OutboxDone.Count);
        foreach (var done in commit.OutboxDone)
        {
            Text(to, done);
        }
    }

    static AgentCommit Read(ref LedgerReader from, int partition)
    {
        var key = from.Text();
        var (expected, steps, rank, due, record) = (from.Number(), from.Count(), from.Number(), from.Moment(), from.Bytes());
        var (entries, journal) = (from.Count(), from.Bytes());
        var decisions = new StoredDecision[from.Count()];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = new StoredDecision(from.Text(), key, new Instant(from.Number()), from.Text(), from.Bytes());
        }

        var effects = new StoredEffect[from.Count()];
        for (var i = 0; i < effects.Length; i++)
        {
            effects[i] = new StoredEffect(from.Text(), key, new Instant(from.Number()), from.Text(), from.Bytes());
        }

        var outbox = new OutboxRow[from.Count()];
        for (var i = 0; i < outbox.Length; i++)
        {
            outbox[i] = new OutboxRow(from.Text(), key, from.Text(), new Instant(from.Number()), (OutboxStatus)from.Number(), from.Count());
        }

        var done = new string[from.Count()];
        for (var i = 0; i < done.Length; i++)
        {
            done[i] = from.Text();
        }

        return new AgentCommit
        {
            Key = key,
            Partition = partition,
            ExpectedVersion = expected,
            Steps = steps,
            PanelRank = rank,
            Due = due,
            Record = new AgentImage(record),
            JournalEntries = entries,
            Journal = journal,
            Decisions = decisions,
            Effects = effects,
            Outbox = outbox,
            OutboxDone = done,
        };
    }

    static void Moment(ArrayBufferWriter<byte> to, Instant? moment)
    {
        Number(to, moment is null ? 0 : 1);
        if (moment is { } at)
        {
            Number(to, at.UnixMilliseconds);
        }
    }

    static void Text(ArrayBufferWriter<byte> to, string text)
    {
        var length = Strict.GetByteCount(text);
        Number(to, length);
        Strict.GetBytes(text, to.GetSpan(length));
        to.Advance(length);
    }

    static void Bytes(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        Number(to, bytes.Length);
        to.Write(bytes);
    }

    static void Number(ArrayBufferWriter<byte> to, long value) => Leb128.WriteSigned(to, value);

    ref struct LedgerReader(ReadOnlyMemory<byte> rest)
    {
        ReadOnlyMemory<byte> rest = rest;

        public readonly bool AtEnd => rest.IsEmpty;

        public int Count() => checked((int)Number());

        public Instant? Moment() => Number() == 0 ? null : new Instant(Number());

        public string Text() => Strict.GetString(Bytes().Span);

        public ReadOnlyMemory<byte> Bytes()
        {
            var length = Count();
            var bytes = rest[..length];
            rest = rest[length..];
            return bytes;
        }

        public long Number() => Leb128.ReadSigned(ref rest);
    }
}
