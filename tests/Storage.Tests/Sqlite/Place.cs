using Aampe.Agents.Storage.Sqlite;

namespace Aampe.Agents.Storage.Tests.Sqlite;

/// <summary>A directory of a test with the store in it.</summary>
public sealed class Place
{
    public Place(int partitions = 4)
    {
        Partitions = partitions;
        Database = Open();
    }

    public int Partitions { get; }

    public string Path { get; } = Directory.CreateTempSubdirectory("agents-").FullName;

    public SqliteDatabase Database { get; private set; }

    /// <summary>Tests do not wait for the disk; the ones that kill the process say so themselves.</summary>
    public SqliteDatabase Open(Action<SqliteOptions>? change = null)
    {
        var options = new SqliteOptions { Directory = Path, Partitions = Partitions, Synchronous = Durability.Normal, LockPatience = TimeSpan.Zero, OnBroken = _ => { } };
        change?.Invoke(options);
        return new SqliteDatabase(options);
    }

    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Path, recursive: true);
    }
}
