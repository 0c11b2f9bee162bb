using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>A prepared statement, used again and again by one thread at a time. Disposing it makes it ready for the next use.</summary>
internal sealed class Statement(sqlite3 db, sqlite3_stmt handle, string sql) : IDisposable
{
    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Bytes of a text in UTF-8.</summary>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public static int Length(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException wrong)
        {
            throw new ArgumentException($"The text holds half a surrogate pair at position {wrong.Index} and cannot be stored; send well-formed text.", nameof(text), wrong);
        }
    }

    public Statement Int(int at, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, at, value));
        return this;
    }

    public Statement Int(int at, long? value)
    {
        Check(value is { } known ? raw.sqlite3_bind_int64(handle, at, known) : raw.sqlite3_bind_null(handle, at));
        return this;
    }

    public Statement Blob(int at, ReadOnlySpan<byte> value)
    {
        // An empty span has no address and would be bound as null.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, at, 0) : raw.sqlite3_bind_blob(handle, at, value));
        return this;
    }

    public Statement Text(int at, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(handle, at));
            return this;
        }

        var most = value.Length * 3;
        if (most <= 768)
        {
            Span<byte> few = stackalloc byte[768];
            return Blob(at, few[..Strict.GetBytes(value, few)]);
        }

        var many = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return Blob(at, many.AsSpan(0, Strict.GetBytes(value, many)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(many);
        }
    }

    /// <summary>Runs to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step() => raw.sqlite3_step(handle) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        _ => throw Failure(),
    };

    /// <summary>Runs a statement that returns no rows.</summary>
    /// <returns>Rows changed.</returns>
    public int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(db);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => raw.sqlite3_reset(handle);

    public void Close() => handle.Dispose();

    void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failure();
        }
    }

    SqliteFailureException Failure() => new(raw.sqlite3_extended_errcode(db), raw.sqlite3_errmsg(db).utf8_to_string(), sql);
}
