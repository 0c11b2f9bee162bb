using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Takes an agent out of its server with all that belongs to it, in one transaction.</summary>
internal static class AgentErasing
{
    /// <param name="server">Server of its partition.</param>
    /// <param name="erasure">What goes.</param>
    /// <param name="tenure">Whose term must hold; null = rows are guarded by their versions alone.</param>
    /// <exception cref="PartitionLostException">The term is over; nothing was taken.</exception>
    public static ValueTask<ErasedRows> RunAsync(DatabaseServer server, AgentErasure erasure, Tenure? tenure, CancellationToken stop) => server.WriteAsync(async (connection, ending) =>
    {
        await using var transaction = await connection.BeginTransactionAsync(ending).ConfigureAwait(false);
        if (tenure is { } ours)
        {
            await using var fence = new NpgsqlCommand("select 1 from partition_owners where partition = $1 and term = $2 for update", connection, transaction);
            fence.Parameters.Put(ours.Owner).Put(ours.Term);
            if (await fence.ExecuteScalarAsync(ending).ConfigureAwait(false) is null)
            {
                throw new PartitionLostException(ours.Partition);
            }
        }

        byte[][] decisions = [.. erasure.Decisions.Select(PostgresText.Bytes)];
        async Task<long> DeleteAsync(string sql, bool byId)
        {
            await using var delete = new NpgsqlCommand(sql, connection, transaction);
            delete.Parameters.Text(erasure.Key);
            if (byId)
            {
                delete.Parameters.Blobs(decisions);
            }

            return await delete.ExecuteScalarAsync(ending).ConfigureAwait(false) is long rows ? rows : 0;
        }

        var waiting = await DeleteAsync("select count(*) from outbox where agent = $1 and decision = any($2) and status = 1", byId: true).ConfigureAwait(false);
        var erased = new ErasedRows
        {
            Journal = await DeleteAsync("with gone as (delete from journal where agent = (select number from agents where key = $1) returning 1) select count(*) from gone", byId: false).ConfigureAwait(false),
            Decisions = await DeleteAsync("with gone as (delete from decisions where id = any($2) and agent = $1 returning 1) select count(*) from gone", byId: true).ConfigureAwait(false),
            Effects = await DeleteAsync("with gone as (delete from effects where decision = any($2) and agent = $1 returning 1) select count(*) from gone", byId: true).ConfigureAwait(false),
            Outbox = await DeleteAsync("with gone as (delete from outbox where decision = any($2) and agent = $1 returning 1) select count(*) from gone", byId: true).ConfigureAwait(false),
            Agents = await DeleteAsync("with gone as (delete from agents where key = $1 returning 1) select count(*) from gone", byId: false).ConfigureAwait(false),
        };
        await using var totals = new NpgsqlCommand("""
            insert into totals as t (tenant, slot, agents, decisions, effects, waiting) values ($1, pg_backend_pid() % 64, -$2, -$3, -$4, -$5)
            on conflict (tenant, slot) do update set agents = t.agents - $2, decisions = t.decisions - $3, effects = t.effects - $4, waiting = t.waiting - $5
            """, connection, transaction);
        totals.Parameters.Text(KeyTenant.Of(erasure.Key)).Put(erased.Agents).Put(erased.Decisions).Put(erased.Effects).Put(waiting);
        await totals.ExecuteNonQueryAsync(ending).ConfigureAwait(false);
        await transaction.CommitAsync(ending).ConfigureAwait(false);
        return erased;
    }, stop);
}
