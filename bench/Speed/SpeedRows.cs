namespace Aampe.Agents.Bench.Speed;

/// <summary>The hot path without a database: one row each, or all.</summary>
static class SpeedRows
{
    /// <summary>Rows by name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["observe", "tick", "parse", "pack", "bytes", "codec", "beta"];

    /// <summary>Runs a row; null = all.</summary>
    /// <returns>False: no such row.</returns>
    public static bool Run(Report report, string? row)
    {
        if (row is not null && !Names.Contains(row))
        {
            return false;
        }

        var agents = new Lazy<AgentRows>(() => new AgentRows());
        foreach (var name in row is null ? Names : [row])
        {
            switch (name)
            {
                case "observe": agents.Value.Observe(report); break;
                case "tick": agents.Value.Tick(report); break;
                case "parse": DoorRows.Parse(report); break;
                case "pack": DoorRows.Pack(report); break;
                case "bytes": agents.Value.Bytes(report); break;
                case "codec": agents.Value.Codec(report); break;
                default: BetaRows.Run(report); break;
            }
        }

        return true;
    }
}
