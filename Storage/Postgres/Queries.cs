using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Statements with a constant text, one at a time.</summary>
internal static class Queries
{
    extension(DatabaseServer server)
    {
        /// <summary>All rows.</summary>
        public ValueTask<List<T>> ListAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken stop) => server.ReadAsync(async (connection, ending) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            bind(command.Parameters);
            await using var rows = await command.ExecuteReaderAsync(ending).ConfigureAwait(false);
            var all = new List<T>();
            while (await rows.ReadAsync(ending).ConfigureAwait(false))
            {
                all.Add(read(rows));
            }

            return all;
        }, stop);

        /// <summary>The first row, or nothing.</summary>
        public async ValueTask<T?> FirstAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken stop) =>
            await server.ListAsync(sql, bind, read, stop).ConfigureAwait(false) is [var first, ..] ? first : default;

        /// <summary>Changes data.</summary>
        /// <returns>Rows changed.</returns>
        public ValueTask<int> RunAsync(string sql, Action<NpgsqlParameterCollection> bind, CancellationToken stop) => server.WriteAsync(async (connection, ending) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            bind(command.Parameters);
            return await command.ExecuteNonQueryAsync(ending).ConfigureAwait(false);
        }, stop);
    }

    extension(NpgsqlDataReader row)
    {
        public string Text(int column) => PostgresText.Of(row.GetFieldValue<byte[]>(column));

        public byte[] Blob(int column) => row.GetFieldValue<byte[]>(column);
    }
}
