namespace Aampe.Agents.Client;

/// <summary>Sends of one simulated day on one channel.</summary>
public sealed record SimulatedDay(int Day, string Channel, long Sends);

/// <summary>A count by name.</summary>
public sealed record NamedCount(string Name, long Count);

/// <summary>Users by how many messages they got in a week.</summary>
public sealed record WeekLoad(int Sends, long UserWeeks);

/// <summary>A cap with what came of it.</summary>
/// <param name="Id">Cap.</param>
/// <param name="Channel">Channel; <see langword="null"/> = all together.</param>
/// <param name="Limit">Most allowed.</param>
/// <param name="Per">localDay, localWeek or rollingHours.</param>
/// <param name="Largest">Most that any user got in one period.</param>
/// <param name="AtLimit">Share of user-periods at the limit.</param>
public sealed record CapLoad(string Id, string? Channel, int Limit, string Per, int Largest, double AtLimit);

/// <summary>How often an action went out.</summary>
public sealed record ActionCoverage(string Set, string Action, string Label, int Messages, long Sends);

/// <summary>One check of the launch gate.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">What is checked.</param>
/// <param name="Passed">Whether it passes.</param>
/// <param name="Detail">Value and limit.</param>
/// <param name="Fix">What to do; empty when it passes.</param>
public sealed record LaunchCheck(string Id, string Name, bool Passed, string Detail, string Fix);

/// <summary>What a simulation came to.</summary>
public sealed record Simulation
{
    public required string ProgramId { get; init; }

    public long ProgramVersion { get; init; }

    public int Users { get; init; }

    public int Days { get; init; }

    public long Seed { get; init; }

    public string World { get; init; } = "usual";

    /// <summary>Whether it was cut short.</summary>
    public bool Partial { get; init; }

    public DateTimeOffset RanAt { get; init; }

    public long Decisions { get; init; }

    public long Sends { get; init; }

    public long Holds { get; init; }

    public IReadOnlyList<SimulatedDay> SendsByDay { get; init; } = [];

    public IReadOnlyList<NamedCount> HoldsByReason { get; init; } = [];

    public IReadOnlyList<WeekLoad> SendsPerUserWeek { get; init; } = [];

    public IReadOnlyList<CapLoad> Caps { get; init; } = [];

    public IReadOnlyList<ActionCoverage> Coverage { get; init; } = [];

    /// <summary>Share of users of the audience whom no message suits.</summary>
    public double WithoutMessage { get; init; }

    /// <summary>What decisions gave up to learn, in the unit of the model, with its interval.</summary>
    public EvidenceEstimate? ExplorationCost { get; init; }

    /// <summary>Same numbers, same hash.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>The launch gate of a program: its checks and the newest simulation.</summary>
public sealed record LaunchGate(string ProgramId, string Name, string State, long ProgramVersion, bool Passed, IReadOnlyList<LaunchCheck> Checks, Simulation? Simulation, Operation? Running);
