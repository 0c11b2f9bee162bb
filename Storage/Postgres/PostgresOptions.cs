namespace Aampe.Agents.Storage.Postgres;

/// <summary>Settings of the store on PostgreSQL.</summary>
public sealed record PostgresOptions
{
    /// <summary>
    /// One connection string per server (<c>Data:Postgres</c>), 1 to 64, in an order that never changes: partition p and its agents live
    /// on server p mod n. The first one also holds documents, dead letters, sandbox and the tables of Orleans.
    /// </summary>
    public IReadOnlyList<string> ConnectionStrings { get; set; } = [];

    /// <summary>Partitions of the event log, 1 to 1,024 (<c>Log:Partitions</c>); fixed when the database is made.</summary>
    public int Partitions { get; set; } = 16;

    /// <summary>Events that have been applied are kept this long behind (<c>Log:Retention</c>), rounded up to whole days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Writers of agents per server, 1 to 16. Each has one transaction under way at a time.</summary>
    public int Lanes { get; set; } = 2;

    /// <summary>How often a waiting reader asks for what other silos appended.</summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long opening waits for a server that does not answer yet.</summary>
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time that one command may take before the server counts as unavailable.</summary>
    public TimeSpan CommandPatience { get; set; } = TimeSpan.FromSeconds(30);

    internal void Check()
    {
        if (ConnectionStrings.Count is < 1 or > 64 || ConnectionStrings.Any(string.IsNullOrWhiteSpace))
        {
            throw new StoreSettingException($"Data:Postgres must hold 1 to 64 connection strings, none of them empty; it holds {ConnectionStrings.Count}. One looks like this: Host=db;Username=agents;Password=…;Database=agents");
        }

        if (Partitions is < 1 or > 1024)
        {
            throw new StoreSettingException($"Log:Partitions must be 1 to 1024; was {Partitions}.");
        }

        if (Partitions < ConnectionStrings.Count)
        {
            throw new StoreSettingException($"Log:Partitions is {Partitions}, fewer than the {ConnectionStrings.Count} servers in Data:Postgres: some would hold nothing.");
        }

        if (Retention < TimeSpan.FromDays(1))
        {
            throw new StoreSettingException($"Log:Retention must be one day or more; was {Retention}.");
        }

        if (Lanes is < 1 or > 16)
        {
            throw new StoreSettingException($"Data:PostgresLanes must be 1 to 16; was {Lanes}.");
        }
    }
}
