using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Privacy;

/// <summary>Places of a log whose events were taken out, and rows of the log on the way there.</summary>
public static class ErasedEvents
{
    static readonly byte[] nothing = "{}"u8.ToArray();

    /// <summary>Whether an event is only the place of one that was taken out: it belongs to nobody, and no agent is told of it.</summary>
    public static bool IsErased(LoggedEvent one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.Agent.Length == 0;
    }

    /// <summary>What stays of an event: when it arrived, by which retention goes.</summary>
    public static LoggedEvent Of(LoggedEvent one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return new LoggedEvent
        {
            Tenant = one.Tenant,
            Agent = "",
            Source = "",
            Trusted = false,
            Kind = EventKind.Track,
            Name = "",
            OccurredAt = one.ReceivedAt,
            ReceivedAt = one.ReceivedAt,
            Payload = nothing,
        };
    }

    /// <summary>The bytes of agents' names, for a first look at a row before it is read.</summary>
    internal static byte[][] Names(IReadOnlyDictionary<string, long> agents) => [.. agents.Keys.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether a row may hold one of the agents: texts stand in it as they are.</summary>
    internal static bool MayHold(ReadOnlySpan<byte> row, byte[][] names)
    {
        foreach (var name in names)
        {
            if (row.IndexOf(name) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an event belongs to one of the agents.</summary>
    internal static bool IsOf(StoredEvent one, string tenant, IReadOnlyDictionary<string, long> agents) =>
        one.Event.Tenant == tenant && agents.TryGetValue(one.Event.Agent, out var end) && one.Offset < end;

    /// <summary>A row without the events of some agents; null when it holds none of them.</summary>
    internal static byte[]? Without(StoredEvent[] row, string tenant, IReadOnlyDictionary<string, long> agents, Dictionary<string, long> taken)
    {
        var left = new LoggedEvent[row.Length];
        var found = false;
        for (var i = 0; i < row.Length; i++)
        {
            left[i] = row[i].Event;
            if (IsOf(row[i], tenant, agents))
            {
                taken[left[i].Agent] = taken.GetValueOrDefault(left[i].Agent) + 1;
                (left[i], found) = (Of(left[i]), true);
            }
        }

        if (!found)
        {
            return null;
        }

        var bytes = new ArrayBufferWriter<byte>(EventPack.RowBytes);
        bytes.Write([EventPack.Version]);
        EventPack.WriteSegment(bytes, left);
        XxHash3.Hash(bytes.WrittenSpan, bytes.GetSpan(sizeof(ulong)));
        bytes.Advance(sizeof(ulong));
        return bytes.WrittenSpan.ToArray();
    }
}
