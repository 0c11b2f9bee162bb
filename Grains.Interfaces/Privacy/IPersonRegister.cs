using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Interfaces.Privacy;

/// <summary>Marks of people who asked to be forgotten or left alone (key: tenant), under keyed hashes alone. Silos keep a copy, which they ask for each second.</summary>
[Alias("agents.IPersonRegister")]
public interface IPersonRegister : IGrainWithStringKey
{
    /// <summary>Marks that changed since a revision.</summary>
    [ReadOnly, Alias("Newest")]
    ValueTask<RegisterRevision> NewestAsync(long known);

    /// <summary>Marks by their hashes; those that are not there are left out.</summary>
    [ReadOnly, Alias("Find")]
    ValueTask<PersonEntry[]> FindAsync(string[] hashes);

    /// <summary>Hashes of the anonymous ids that belonged to a person.</summary>
    [ReadOnly, Alias("LivesOf")]
    ValueTask<string[]> LivesOfAsync(string hash);

    /// <summary>Stores marks; durable when it returns, in force on a silo once it has asked again.</summary>
    [Alias("Put")]
    ValueTask PutAsync(PersonEntry[] entries);
}

/// <summary>The mark of one person.</summary>
/// <param name="Hash">Keyed hash of the agent (Core's PersonName).</param>
/// <param name="Mark">Packed mark (Core's PersonMarkCodec).</param>
[GenerateSerializer, Immutable, Alias("agents.person-entry")]
public sealed record PersonEntry([property: Id(0)] string Hash, [property: Id(1)] byte[] Mark);

/// <summary>What changed in the register.</summary>
/// <param name="Revision">Number to ask with next time.</param>
/// <param name="Changed">Marks with a later number than the one that was asked with.</param>
[GenerateSerializer, Immutable, Alias("agents.register-revision")]
public sealed record RegisterRevision([property: Id(0)] long Revision, [property: Id(1)] PersonEntry[] Changed);
