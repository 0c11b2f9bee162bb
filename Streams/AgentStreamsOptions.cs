namespace Aampe.Agents.Streams;

/// <summary>Settings of the bridge to Orleans streams.</summary>
public sealed record AgentStreamsOptions
{
    /// <summary>Name of the stream provider that the silo has.</summary>
    public string Provider { get; set; } = "agents";

    /// <summary>Notices that wait to be published; the oldest is dropped when there are more. 1 to 1,000,000.</summary>
    public int MostWaiting { get; set; } = 8_192; // memory streams throw at 16,384
}
