using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Grains.Interfaces.Schedules;

/// <summary>Wakes the agents of one shard when they are due (key: shard number). The due index in storage is the truth; the reminder is its heartbeat.</summary>
[Alias("agents.IScheduleShard")]
public interface IScheduleShard : IGrainWithIntegerKey
{
    /// <summary>Registers the reminder; asking again changes nothing.</summary>
    [Alias("Arm")]
    ValueTask ArmAsync();

    /// <summary>Advances every agent of the shard that is due up to a moment.</summary>
    [Alias("Run"), ResponseTimeout("00:30:00")]
    ValueTask<ShardRun> RunAsync(Instant until, bool stepwise);
}

/// <summary>What a run did.</summary>
/// <param name="Agents">Agents that were advanced.</param>
/// <param name="Decisions">Decisions made.</param>
/// <param name="Effects">Effects that became final.</param>
[GenerateSerializer, Immutable, Alias("agents.shard-run")]
public sealed record ShardRun([property: Id(0)] int Agents, [property: Id(1)] int Decisions, [property: Id(2)] int Effects);
