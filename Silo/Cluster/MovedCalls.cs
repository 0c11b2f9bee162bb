using System.Reflection;
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
public sealed class MovedCalls(TimeProvider time) : IOutgoingGrainCallFilter
{
    // 20 ms doubling to 1 s, for longer than a silo's death takes to be noticed and its partitions to be opened. By the clock and not by tries: one
    // alone may wait as long for a partition to open.
    static readonly TimeSpan first = TimeSpan.FromMilliseconds(20), longest = TimeSpan.FromSeconds(1), patience = TimeSpan.FromSeconds(12);

    readonly AsyncLocal<bool> repeating = new();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (repeating.Value || !IsRepeatable(context.InterfaceMethod))
        {
            await context.Invoke();
            return;
        }

        // Once it has been invoked, the request belongs to the next call of its kind: Orleans empties it and gives it away.
        var request = context.Request;
        var arguments = new object?[request.GetArgumentCount()];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = request.GetArgument(i);
        }

        var (grain, method) = (context.Grain, context.InterfaceMethod);
        try
        {
            await context.Invoke();
        }
        catch (Exception fault) when (IsPassing(fault))
        {
            context.Result = await AgainAsync(grain, method, arguments);
        }
    }

    // Each time a call of its own.
    async Task<object?> AgainAsync(object grain, MethodInfo method, object?[] arguments)
    {
        repeating.Value = true;
        var since = time.GetTimestamp();
        for (var pause = first; ; pause = pause * 2 > longest ? longest : pause * 2)
        {
            await Task.Delay(pause, time);
            try
            {
                return await ResultAsync(method.Invoke(grain, BindingFlags.DoNotWrapExceptions, null, arguments, null)!);
            }
            catch (Exception fault) when (IsPassing(fault) && time.GetElapsedTime(since) < patience)
            {
                // Once more.
            }
        }
    }

    // Methods of grains return ValueTask or ValueTask<T>.
    static async Task<object?> ResultAsync(object pending)
    {
        if (pending is ValueTask plain)
        {
            await plain;
            return null;
        }

        var task = (Task)pending.GetType().GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(pending, null)!;
        await task;
        return task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task);
    }

    // Events are told again by the pump, which alone knows whether the partition is still its own.
    static bool IsRepeatable(MethodInfo asked) => asked.Name != nameof(IUserAgent.ObserveAsync)
        && (asked.DeclaringType == typeof(IUserAgent) || asked.DeclaringType == typeof(IPartitionKeeper) || asked.DeclaringType == typeof(IScheduleShard));

    /// <summary>
    /// Whether a call met a silo or a partition on the move, so that the same call will succeed. An activation that could not be entered into the directory
    /// in time says that it was cancelled; nobody who calls an agent cancels the call itself.
    /// </summary>
    public static bool IsPassing(Exception fault) =>
        fault is PartitionLostException or VersionConflictException or SiloUnavailableException or OrleansMessageRejectionException or OperationCanceledException;
}
