using Npgsql;
using NpgsqlTypes;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Parameters by position, typed so that nothing is boxed or guessed.</summary>
internal static class Parameters
{
    extension(NpgsqlParameterCollection parameters)
    {
        public NpgsqlParameterCollection Put<T>(T value)
        {
            parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return parameters;
        }

        /// <summary>A text as bytes.</summary>
        public NpgsqlParameterCollection Text(string? value)
        {
            parameters.Add(new NpgsqlParameter { Value = value is null ? DBNull.Value : PostgresText.Bytes(value), NpgsqlDbType = NpgsqlDbType.Bytea });
            return parameters;
        }

        /// <summary>A column of bytes for <c>unnest</c>.</summary>
        public NpgsqlParameterCollection Blobs(byte[]?[] values)
        {
            parameters.Add(new NpgsqlParameter<byte[]?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
            return parameters;
        }

        /// <summary>A column of bytes for <c>unnest</c>.</summary>
        public NpgsqlParameterCollection Blobs(ReadOnlyMemory<byte>[] values)
        {
            parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
            return parameters;
        }
    }
}
