namespace Aampe.Agents.Storage.Delivery;

/// <summary>
/// Whose agents an address was written to, by a keyed hash of it: what comes back from a telephone names its number and nothing else. Several users
/// may share one.
/// </summary>
public interface IContactPoints
{
    /// <summary>Notes that an agent writes to an address; a second time changes nothing.</summary>
    ValueTask KnowAsync(string agent, string channel, ReadOnlyMemory<byte> fingerprint, CancellationToken stop);

    /// <summary>Agent keys that wrote to an address.</summary>
    ValueTask<IReadOnlyList<string>> AgentsAsync(string tenant, string channel, ReadOnlyMemory<byte> fingerprint, CancellationToken stop);

    /// <summary>Forgets an agent, as the erasure of its user does; returns the rows removed.</summary>
    ValueTask<int> ForgetAsync(string agent, CancellationToken stop);
}
