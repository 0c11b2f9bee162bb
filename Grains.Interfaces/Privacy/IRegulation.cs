using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Grains.Interfaces.Privacy;

/// <summary>
/// One request to erase, suppress or release people (key: tenant/request). The one place where an erasure is begun and finished: every step is recorded before the
/// next begins, and repeated after a crash it does nothing twice.
/// </summary>
[Alias("agents.IRegulation")]
public interface IRegulation : IGrainWithStringKey
{
    /// <summary>Takes the request down; durable when it returns.</summary>
    [Alias("Begin")]
    ValueTask BeginAsync(RegulationRequest request);

    /// <summary>Makes the next step.</summary>
    /// <returns>Whether there is more to do.</returns>
    [Alias("Step"), ResponseTimeout("00:10:00")]
    ValueTask<bool> StepAsync();
}

/// <summary>A request about people.</summary>
/// <param name="Kind">delete, suppress, unsuppress or suppress_and_delete.</param>
/// <param name="Agents">Agents without tenant, such as <c>u:ada</c>; each once.</param>
/// <param name="Reason">Why, in words of whoever asks.</param>
/// <param name="By">Who asks.</param>
/// <param name="At">When.</param>
/// <param name="Salt">Random text that the next lives of the ids are made of.</param>
[GenerateSerializer, Immutable, Alias("agents.regulation-request")]
public sealed record RegulationRequest(
    [property: Id(0)] string Kind, [property: Id(1)] string[] Agents, [property: Id(2)] string Reason, [property: Id(3)] string By, [property: Id(4)] Instant At, [property: Id(5)] string Salt);

/// <summary>What an agent holds, before it is erased.</summary>
/// <param name="Exists">Whether it has a record.</param>
/// <param name="Lives">Anonymous agents that joined it, without tenant.</param>
/// <param name="Decisions">Decisions it has made.</param>
/// <param name="OnTheWire">Hand-overs whose channel is being called just now: they may still arrive.</param>
/// <param name="Waiting">Hand-overs that wait; none of them goes out any more.</param>
/// <param name="PanelRank">Its place in the order of the panel.</param>
/// <param name="Seen">Keyed message ids of the last 24 h.</param>
/// <param name="Contributions">What it gives to cohorts, UTF-8 JSON array.</param>
[GenerateSerializer, Immutable, Alias("agents.inventory")]
public sealed record AgentInventory(
    [property: Id(0)] bool Exists,
    [property: Id(1)] string[] Lives,
    [property: Id(2)] long Decisions,
    [property: Id(3)] int OnTheWire,
    [property: Id(4)] int Waiting,
    [property: Id(5)] long PanelRank,
    [property: Id(6)] ulong[] Seen,
    [property: Id(7)] byte[] Contributions);

/// <summary>Rows that an erasure took out of the store of agents.</summary>
[GenerateSerializer, Immutable, Alias("agents.erased-agent")]
public sealed record ErasedAgent([property: Id(0)] long Agents, [property: Id(1)] long Journal, [property: Id(2)] long Decisions, [property: Id(3)] long Effects, [property: Id(4)] long Outbox);
