using SQLitePCL;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>A connection with its prepared statements; one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    readonly sqlite3 db;

    // Statements are found by the identity of their constant text, not by reading it.
    readonly Dictionary<object, Statement> statements = new(ReferenceEqualityComparer.Instance);

    static Connection() => Batteries_V2.Init();

    public Connection(string path, bool create)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out db, flags, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = new SqliteFailureException(code, raw.sqlite3_errmsg(db).utf8_to_string(), $"open {path}");
            db.Dispose();
            throw failure;
        }

        raw.sqlite3_busy_timeout(db, 10_000);
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(db) == 0;

    /// <summary>A statement with a constant text, ready to be bound. Dispose it after use.</summary>
    public Statement Use(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            var code = raw.sqlite3_prepare_v3(db, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
            if (code != raw.SQLITE_OK)
            {
                throw new SqliteFailureException(raw.sqlite3_extended_errcode(db), raw.sqlite3_errmsg(db).utf8_to_string(), sql);
            }

            statement = new Statement(db, handle, sql);
            statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs a constant statement without parameters.</summary>
    public void Run(string sql)
    {
        using var statement = Use(sql);
        statement.Run();
    }

    /// <summary>Runs a script of many statements once.</summary>
    public void Script(string sql)
    {
        var code = raw.sqlite3_exec(db, sql, out var message);
        if (code != raw.SQLITE_OK)
        {
            throw new SqliteFailureException(raw.sqlite3_extended_errcode(db), message ?? "unknown", sql);
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Close();
        }

        db.Dispose();
    }
}
