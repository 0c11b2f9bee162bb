namespace Aampe.Agents.Storage;

/// <summary>
/// The store cannot answer now: connection lost, server starting, disk full, too many connections. What was being written may or may
/// not be stored: read again before writing again. Asking again later helps, without a restart.
/// </summary>
public sealed class StoreUnavailableException(string message, TimeSpan retryAfter, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>When it is worth asking again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>Whether the disk is full: reads go on, and nothing has to be restarted once there is room.</summary>
    public bool NoRoom { get; init; }
}
