using Aampe.Agents.Storage.Log;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Dead letters as columns; made on the caller's thread, so that a text which cannot be stored fails there.</summary>
internal sealed class LetterRows
{
    readonly List<DeadLetter> letters = [];
    readonly List<byte[]?[]> texts = [];

    public LetterRows(IReadOnlyList<DeadLetter> from)
    {
        foreach (var one in from)
        {
            letters.Add(one);
            texts.Add(
            [
                PostgresText.Bytes(one.Tenant), PostgresText.Bytes(one.Id), PostgresText.Bytes(one.Source), PostgresText.Bytes(one.Reason),
                PostgresText.Bytes(one.Detail), one.MessageId is { } id ? PostgresText.Bytes(id) : null,
            ]);
            Bytes += one.Payload.Length + texts[^1].Sum(text => text?.Length ?? 0);
        }
    }

    LetterRows()
    {
    }

    public static LetterRows None { get; } = new();

    public bool IsEmpty => letters.Count == 0;

    public long Bytes { get; private set; }

    /// <summary>The statement that adds the letters of many callers; the first of an id stays.</summary>
    public static NpgsqlBatchCommand Insert(IEnumerable<LetterRows> many)
    {
        var all = new LetterRows();
        foreach (var one in many)
        {
            all.letters.AddRange(one.letters);
            all.texts.AddRange(one.texts);
        }

        var insert = new NpgsqlBatchCommand("""
            insert into dead_letters (tenant, id, source, reason, detail, message_id, at, trusted, payload, replayed_at)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant, id) do nothing
            """);
        for (var column = 0; column < 6; column++)
        {
            insert.Parameters.Blobs([.. all.texts.Select(text => text[column])]);
        }

        insert.Parameters.Put(all.letters.Select(one => one.At.UnixMilliseconds).ToArray()).Put(all.letters.Select(one => one.Trusted).ToArray())
            .Blobs([.. all.letters.Select(one => one.Payload)]).Put(all.letters.Select(one => one.ReplayedAt?.UnixMilliseconds).ToArray());
        return insert;
    }
}
