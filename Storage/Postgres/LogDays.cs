using System.Globalization;
using Aampe.Agents.Core.Time;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The tables of the log, one a day: made ahead, dropped when all in them is applied and old.</summary>
internal sealed class LogDays(NpgsqlDataSource source)
{
    const int Ahead = 3;
    const long Milliseconds = 86_400_000;

    // Any number that nobody else uses in this database.
    const long Lock = 0x4161_6D70_6544_6179;

    long from = long.MaxValue, to = long.MinValue;

    /// <summary>Days since 1970, UTC.</summary>
    public static long Of(Instant moment) => Math.Max(0, moment.UnixMilliseconds / Milliseconds);

    /// <summary>Makes the tables of a day and some after it, unless they are known to be there.</summary>
    public void Make(long day)
    {
        if (day >= from && day + 1 <= to)
        {
            return;
        }

        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using var make = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_xact_lock({Lock})"), connection, transaction);
        make.ExecuteNonQuery();
        for (var one = day; one <= day + Ahead; one++)
        {
            make.CommandText = string.Create(CultureInfo.InvariantCulture, $"create table if not exists log_{one} partition of log for values from ({one}) to ({one + 1})");
            make.ExecuteNonQuery();
        }

        transaction.Commit();
        (from, to) = (day, day + Ahead);
    }

    /// <summary>Drops the tables of days before <paramref name="today"/> whose events all are applied and were received before a moment.</summary>
    /// <returns>Events removed.</returns>
    public static async ValueTask<long> DropAsync(NpgsqlConnection connection, long today, Instant before, CancellationToken stop)
    {
        long removed = 0;
        foreach (var day in await ListAsync(connection, stop).ConfigureAwait(false))
        {
            var events = day < today ? await RemovableAsync(connection, day, before, stop).ConfigureAwait(false) : null;
            if (events is not { } count)
            {
                break;
            }

            // Whoever reads or appends holds the log for a moment only; it is not made to wait behind this for long.
            await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
            await using var drop = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"set local lock_timeout = '2s'; drop table log_{day}"), connection, transaction);
            await drop.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            removed += count;
        }

        return removed;
    }

    static async ValueTask<List<long>> ListAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            select substr(c.relname, 5)::bigint from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'log'::regclass order by 1
            """, connection);
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var days = new List<long>();
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
        {
            days.Add(rows.GetInt64(0));
        }

        return days;
    }

    // Events in it; null when some are too new or not applied.
    static async ValueTask<long?> RemovableAsync(NpgsqlConnection connection, long day, Instant before, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"""
            select case when coalesce(bool_and(l.newest < $1 and l.stop <= coalesce(o.cursor, 0)), true) then coalesce(sum(l.events), 0)::bigint end
            from (select partition, max(newest) as newest, max(first_offset + count) as stop, sum(count) as events from log_{day} group by partition) l
            left join partition_owners o on o.partition = l.partition
            """), connection);
        command.Parameters.Put(before.UnixMilliseconds);
        return await command.ExecuteScalarAsync(stop).ConfigureAwait(false) as long?;
    }
}
