using System.Net.Sockets;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>What an error of the driver or the server means for the caller.</summary>
internal static class PostgresFailure
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(1), Later = TimeSpan.FromSeconds(10);

    /// <summary>The work of one caller broke a rule of the data: only that caller's work fails.</summary>
    public static bool IsOfData(Exception why) => why is PostgresException { SqlState: ['2', '2' or '3', ..] };

    /// <summary>Transactions got in each other's way; the same work succeeds when it is tried again.</summary>
    public static bool IsOfOrder(Exception why) =>
        why is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable };

    /// <summary>The exception that callers see; the original one if it is none of the database.</summary>
    public static Exception Tell(Exception why, string server) => why switch
    {
        PostgresException refused => Told(refused, server),
        NpgsqlException or SocketException or TimeoutException or IOException or ObjectDisposedException { ObjectName: "Npgsql" } =>
            new StoreUnavailableException($"{server} does not answer: {Reason(why)}. Look whether it runs and whether Data:Postgres names the right host and port. A write that was under way may be stored or not.", Soon, why),
        _ => why,
    };

    static Exception Told(PostgresException why, string server) => why.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            new StoreSettingException($"{server} refuses the user: {why.MessageText}. Correct Username and Password in Data:Postgres.", why),
        PostgresErrorCodes.InvalidCatalogName =>
            new StoreSettingException($"{server} has no such database: {why.MessageText}. Make it (create database …), or correct Database in Data:Postgres.", why),
        PostgresErrorCodes.InsufficientPrivilege =>
            new StoreSettingException($"{server} refuses: {why.MessageText}. The user in Data:Postgres must own the database, or have the rights to make and write tables in it.", why),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn =>
            new StoreMismatchException($"{server} lacks a table of this release: {why.MessageText}. Something changed the schema by hand: restore it from a backup, or name an empty database in Data:Postgres."),
        PostgresErrorCodes.DiskFull =>
            new StoreUnavailableException($"{server} has no room on its disk: {why.MessageText}. Make room; nothing has to be restarted.", Later, why) { NoRoom = true },
        PostgresErrorCodes.TooManyConnections =>
            new StoreUnavailableException($"{server} has no connection left: {why.MessageText}. Raise max_connections there, or lower Maximum Pool Size in Data:Postgres.", Soon, why),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            new StoreUnavailableException($"{server} is read-only, as a standby is: {why.MessageText}. Name the primary in Data:Postgres, or add Target Session Attributes=primary.", Soon, why),
        // Whatever it is that ends the connection before anything was asked: with a full disk a new one fails with "could not write init file" (XX000).
        ['X', 'X', ..] when why.InvariantSeverity is "FATAL" or "PANIC" =>
            new StoreUnavailableException($"{server} lets nobody in: {why.MessageText} ({why.SqlState}). Look at its log and at the room on its disk.", Soon, why),
        ['0', '8', ..] or ['4', '0', ..] or ['5', '3' or '5' or '7' or '8', ..] =>
            new StoreUnavailableException($"{server} cannot do it now: {why.MessageText} ({why.SqlState}).", Soon, why),
        _ => why,
    };

    static string Reason(Exception why) => why.InnerException is { } inner && !why.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{why.Message} {inner.Message}" : why.Message;
}
