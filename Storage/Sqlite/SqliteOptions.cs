using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>When a commit counts as durable.</summary>
public enum Durability
{
    /// <summary>After the disk has it: survives a power cut.</summary>
    Full,

    /// <summary>After the operating system has it: survives a killed process; a power cut may take the last commits.</summary>
    Normal,
}

/// <summary>Settings of the embedded store.</summary>
public sealed record SqliteOptions
{
    /// <summary>Name of the file inside <see cref="Directory"/>.</summary>
    public const string FileName = "agents.db";

    /// <summary>Directory of the store; made when it is missing. One process at a time.</summary>
    public string Directory { get; set; } = "./data";

    /// <summary>When a commit counts as durable.</summary>
    public Durability Synchronous { get; set; } = Durability.Full;

    /// <summary>Partitions of the event log, 1 to 1,024 (<c>Log:Partitions</c>); fixed when the directory is made.</summary>
    public int Partitions { get; set; } = 16;

    /// <summary>Events that have been applied are kept this long behind (<c>Log:Retention</c>).</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Longest time that opening waits for the lock of a process that is just ending.</summary>
    public TimeSpan LockPatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Called once when the disk failed under a write. What the file then holds is unknown until it is opened anew, so the process
    /// must end; by default it does, at once.
    /// </summary>
    public Action<Exception> OnBroken { get; set; } = why => Environment.FailFast($"The embedded store is broken: {why.Message}", why);

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Directory);
        if (Partitions is < 1 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(Partitions), Partitions, $"Log:Partitions must be 1 to 1024; was {Partitions}.");
        }

        if (Retention < TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(Retention), Retention, $"Log:Retention must be one day or more; was {Retention}.");
        }
    }

    internal Instant KeepFrom(Instant now) => now - Retention;
}
