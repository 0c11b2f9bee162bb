using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Bench.Speed;

/// <summary>What an agent takes on the heap when it is read from its record, as an activation holds it.</summary>
static class Heap
{
    const int Agents = 20_000;

    /// <summary>Bytes an agent, over many read from these agents' records in turn.</summary>
    public static double Of(AgentState[] states)
    {
        var records = states.Select(AgentStateCodec.Pack).ToArray();
        var held = new AgentState[Agents];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Agents; i++)
        {
            held[i] = AgentStateCodec.Unpack(records[i % records.Length]);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(held);
        return (double)(after - before) / Agents;
    }
}
