using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Storage.State;

/// <summary>The packed record of an agent, packed when somebody needs the bytes: most steps are overtaken by the next before anybody does.</summary>
public sealed class AgentImage
{
    readonly Lock sync = new();
    Func<ReadOnlyMemory<byte>>? pack;
    ReadOnlyMemory<byte> bytes;

    /// <summary>An image that is packed already.</summary>
    public AgentImage(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    /// <summary>An image to be packed.</summary>
    /// <param name="pack">Called at most once, on any thread.</param>
    public AgentImage(Func<ReadOnlyMemory<byte>> pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        this.pack = pack;
    }

    /// <summary>An image of an agent that is in memory.</summary>
    /// <param name="state">The agent; nobody changes it any more.</param>
    public AgentImage(AgentState state)
        : this(() => AgentStateCodec.Pack(state)) => State = state;

    /// <summary>What the record says, where it was made of it; null = unpack the record.</summary>
    public AgentState? State { get; private set; }

    /// <summary>The record.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            lock (sync)
            {
                if (pack is { } packing)
                {
                    (bytes, pack) = (packing(), null);
                }

                return bytes;
            }
        }
    }

    /// <summary>Lets go of what it would have packed: a later image has taken its place.</summary>
    internal void Drop()
    {
        lock (sync)
        {
            (pack, bytes, State) = (null, default, null);
        }
    }

    /// <summary>An image out of bytes.</summary>
    public static implicit operator AgentImage(byte[] bytes) => new((ReadOnlyMemory<byte>)bytes);

    /// <summary>An image out of bytes.</summary>
    public static AgentImage FromByteArray(byte[] bytes) => bytes;
}
