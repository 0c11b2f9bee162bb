using SQLitePCL;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>SQLite refused a statement or could not run it.</summary>
public sealed class SqliteFailureException(int code, string message, string statement)
    : Exception($"SQLite error {code}: {message} (in: {statement})")
{
    /// <summary>SQLite's extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>The disk or the file failed: nothing may be written any more before the file is opened anew. A full disk is not among these.</summary>
    public bool IsFatal => IsFatalCode(Code);

    /// <summary>A constraint was violated.</summary>
    public bool IsConstraint => (Code & 0xFF) == raw.SQLITE_CONSTRAINT;

    internal static bool IsFatalCode(int code) =>
        (code & 0xFF) is raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PROTOCOL;
}

/// <summary>The store stopped for good after the disk failed under it; the process must be started anew.</summary>
public sealed class StoreBrokenException(Exception cause)
    : Exception($"The embedded store stopped: {cause.Message} Start the process anew; what was acknowledged before is kept.", cause);

/// <summary>The directory belongs to another process.</summary>
public sealed class DirectoryInUseException(string directory, Exception cause)
    : Exception($"The data directory {directory} is in use by another process. Stop that one, or name another directory.", cause);
