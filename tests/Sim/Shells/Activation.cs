using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>One agent in the memory of one silo.</summary>
internal sealed class Activation(string key, int number, Turn turn)
{
    public string Key { get; } = key;

    /// <summary>Number among the activations of its silo.</summary>
    public int Number { get; } = number;

    public Turn Turn { get; } = turn;

    public bool Loaded { get; set; }

    public bool Dropped { get; set; }

    public AgentState State { get; set; } = null!;

    public long Version { get; set; }

    /// <summary>When its person was erased last, as it was known when it was loaded: another moment means that the life in memory has ended.</summary>
    public Instant? ErasedAt { get; set; }

    /// <summary>Steps that are in memory alone, oldest first.</summary>
    public List<AgentStep> Pending { get; } = [];
}
