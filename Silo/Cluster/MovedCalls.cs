using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Cluster;

/// <summary>
/// Repeats calls that met a silo which had died or a partition that was moving: Orleans sends a call once. What agents are asked can be asked
/// again, since each answer says what is stored: events go by their offsets, decisions by their ids.
/// </summary>
sealed class MovedCalls(TimeProvider time) : IOutgoingGrainCallFilter
{
    // 20 ms doubling to 1 s: about ten seconds, longer than a silo's death takes to be noticed and its partitions to be opened.
    const int Tries = 14;
    static readonly TimeSpan first = TimeSpan.FromMilliseconds(20), longest = TimeSpan.FromSeconds(1);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType is not { } asked || !Repeatable(asked))
        {
            await context.Invoke();
            return;
        }

        for (var (attempt, pause) = (1, first); ; attempt++, pause = pause * 2 > longest ? longest : pause * 2)
        {
            try
            {
                await context.Invoke();
                return;
            }
            catch (Exception fault) when (attempt < Tries && IsPassing(fault))
            {
                await Task.Delay(pause, time);
            }
        }
    }

    static bool Repeatable(Type asked) => asked == typeof(IUserAgent) || asked == typeof(IPartitionKeeper) || asked == typeof(IScheduleShard);

    static bool IsPassing(Exception fault) => fault is PartitionLostException or VersionConflictException or SiloUnavailableException or OrleansMessageRejectionException;
}
