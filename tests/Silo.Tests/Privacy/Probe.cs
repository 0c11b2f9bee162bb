using System.Text;
using Npgsql;
using SQLitePCL;

namespace Aampe.Agents.Silo.Tests.Privacy;

/// <summary>Looks for a text in every byte that a store keeps.</summary>
static class Probe
{
    /// <summary>Tables with a column that holds the text, and how many rows.</summary>
    public static async Task<List<string>> TablesAsync(Keeping keeping, string marker) => keeping.Postgres is { } postgres ? await PostgresAsync(postgres, marker) : Sqlite(keeping.File, marker);

    /// <summary>Whether a closed file of the embedded store holds the text anywhere once it was rewritten; the log beside it too.</summary>
    public static bool IsInFiles(string file, string marker)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(file, out var db, raw.SQLITE_OPEN_READWRITE, null));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(db, "vacuum"));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(db, "pragma wal_checkpoint(truncate)"));
        db.Dispose();
        return Directory.GetFiles(Path.GetDirectoryName(file)!).Any(one => File.ReadAllBytes(one).AsSpan().IndexOf(Encoding.UTF8.GetBytes(marker)) >= 0);
    }

    static async Task<List<string>> PostgresAsync(string connectionString, string marker)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var columns = new List<(string Table, string Column, string Type)>();
        await using (var list = source.CreateCommand("select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' and data_type in ('bytea', 'text', 'character varying')"))
        await using (var rows = await list.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                columns.Add((rows.GetString(0), rows.GetString(1), rows.GetString(2)));
            }
        }

        var found = new List<string>();
        foreach (var (table, column, type) in columns)
        {
            await using var count = source.CreateCommand(type == "bytea"
                ? $"select count(*) from \"{table}\" where position(convert_to($1, 'UTF8') in \"{column}\") > 0"
                : $"select count(*) from \"{table}\" where position($1 in \"{column}\") > 0");
            count.Parameters.Add(new NpgsqlParameter<string> { TypedValue = marker });
            if (await count.ExecuteScalarAsync() is > 0L and var many)
            {
                found.Add($"{table}.{column}: {many}");
            }
        }

        Assert.Contains(columns, one => one is { Table: "agents", Column: "record" });
        return found;
    }

    static List<string> Sqlite(string file, string marker)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(file, out var db, raw.SQLITE_OPEN_READONLY, null));
        var found = new List<string>();
        foreach (var table in Texts(db, "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"))
        {
            foreach (var column in Texts(db, $"select name from pragma_table_info('{table}')"))
            {
                var many = Texts(db, $"select count(*) from \"{table}\" where instr(cast(\"{column}\" as blob), x'{Convert.ToHexString(Encoding.UTF8.GetBytes(marker))}') > 0")[0];
                if (many != "0")
                {
                    found.Add($"{table}.{column}: {many}");
                }
            }
        }

        db.Dispose();
        return found;
    }

    static List<string> Texts(sqlite3 db, string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(db, sql, out var statement));
        var all = new List<string>();
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
        {
            all.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
        }

        statement.Dispose();
        return all;
    }
}
