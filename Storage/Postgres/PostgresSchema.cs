using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Brings a database to the schema of this release and checks what was fixed when it was made.</summary>
internal static partial class PostgresSchema
{
    const string Folder = "Schema/Postgres/";

    // Any number that nobody else uses in this database.
    const long Lock = 0x4161_6D70_6553_6368;

    /// <summary>Applies what is missing; one silo at a time.</summary>
    /// <returns>Epoch of the log.</returns>
    /// <exception cref="StoreMismatchException">The database is of a later release, or was made with other fixed settings.</exception>
    public static int Apply(NpgsqlDataSource source, string connectionString, string server, string place, int partitions)
    {
        using var connection = source.OpenConnection();
        Run(connection, "set statement_timeout = 0; set lock_timeout = 0");
        Run(connection, $"select pg_advisory_lock({Lock.ToString(CultureInfo.InvariantCulture)})");
        try
        {
            if (Text(connection, "show synchronous_commit") == "off")
            {
                throw new StoreSettingException($"{server} has synchronous_commit = off: a crash of it would take what was acknowledged. Set synchronous_commit = on, there or by Options=-c synchronous_commit=on in Data:Postgres.");
            }

            Migrate(connection, connectionString, server);
            CheckTables(connection, server);
            return FixSettings(connection, server, place, partitions);
        }
        finally
        {
            // A broken connection has lost its lock by itself.
            if (connection.State == System.Data.ConnectionState.Open)
            {
                Run(connection, $"select pg_advisory_unlock({Lock.ToString(CultureInfo.InvariantCulture)})");
                Run(connection, "reset statement_timeout; reset lock_timeout");
            }
        }
    }

    static void Migrate(NpgsqlConnection connection, string connectionString, string server)
    {
        var scripts = Scripts();
        if (Text(connection, "select to_regclass('schema_versions')::text") is not null)
        {
            var known = scripts.Select(script => script.Name).ToHashSet(StringComparer.Ordinal);
            using var command = new NpgsqlCommand("select scriptname from schema_versions", connection);
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                if (!known.Contains(rows.GetString(0)))
                {
                    throw new StoreMismatchException($"{server} has the schema of a later release ({rows.GetString(0)}); this one knows {scripts[^1].Name}. Run the release that wrote it, or a later one.");
                }
            }
        }

        var result = DeployChanges.To.PostgresqlDatabase(connectionString).WithScripts(scripts).JournalToPostgresqlTable(null, "schema_versions")
            .WithTransactionPerScript().WithVariablesDisabled().LogTo(new NoUpgradeLog()).Build().PerformUpgrade();
        if (!result.Successful)
        {
            throw PostgresFailure.Tell(result.Error, server);
        }
    }

    // What was applied once may have been taken away by hand since, or by a restore that broke off.
    static void CheckTables(NpgsqlConnection connection, string server)
    {
        var tables = Scripts().SelectMany(script => CreateTable().Matches(script.Contents)).Select(match => match.Groups[1].Value).ToArray();
        using var command = new NpgsqlCommand("select string_agg(name, ', ') from unnest($1) name where to_regclass(name) is null", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = tables });
        if (command.ExecuteScalar() is string missing)
        {
            throw new StoreMismatchException($"{server} lacks tables of this release: {missing}. Something changed the schema by hand, or a restore broke off: restore it from a backup, or name an empty database in Data:Postgres.");
        }
    }

    [GeneratedRegex(@"^create table (\w+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex CreateTable();

    static SqlScript[] Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new SqlScript(name[Folder.Length..], text.ReadToEnd());
            }),
        ];
    }

    static int FixSettings(NpgsqlConnection connection, string server, string place, int partitions)
    {
        var number = partitions.ToString(CultureInfo.InvariantCulture);
        Run(connection, $"""
            insert into settings values ('partitions', '{number}'), ('server', '{place}'), ('epoch', '1') on conflict do nothing;
            insert into log_heads (partition) select generate_series(0, {number} - 1) on conflict do nothing
            """);
        var made = Text(connection, "select value from settings where name = 'partitions'");
        if (made != number)
        {
            throw new StoreMismatchException($"Log:Partitions is {number}, but {server} was made with {made}; the number is fixed when a database is made. Set Log:Partitions to {made}, or name an empty database in Data:Postgres.");
        }

        var was = Text(connection, "select value from settings where name = 'server'");
        return was == place
            ? int.Parse(Text(connection, "select value from settings where name = 'epoch'")!, CultureInfo.InvariantCulture)
            : throw new StoreMismatchException($"Data:Postgres names {server} as server {place}, but it was made as server {was}; number and order of the servers are fixed, for partitions and agents live by them. Set Data:Postgres as it was.");
    }

    static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    static string? Text(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() as string;
    }

    // What fails comes back in the result of the upgrade.
    sealed class NoUpgradeLog : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args)
        {
        }

        public void LogDebug(string format, params object[] args)
        {
        }

        public void LogInformation(string format, params object[] args)
        {
        }

        public void LogWarning(string format, params object[] args)
        {
        }

        public void LogError(string format, params object[] args)
        {
        }

        public void LogError(Exception ex, string format, params object[] args)
        {
        }
    }
}
