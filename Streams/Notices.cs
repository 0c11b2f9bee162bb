using System.Collections.Immutable;

namespace Aampe.Agents.Streams;

/// <summary>A decision was recorded. Stream: namespace <see cref="Namespace"/>, key = program id.</summary>
/// <param name="Id">"dec_…".</param>
/// <param name="Agent">Agent key.</param>
/// <param name="Program">Program id.</param>
/// <param name="AtMilliseconds">When it was decided, Unix milliseconds.</param>
/// <param name="Record">Its record: canonical JSON in UTF-8.</param>
[GenerateSerializer, Immutable, Alias("agents.decision-notice")]
public sealed record DecisionNotice(
    [property: Id(0)] string Id, [property: Id(1)] string Agent, [property: Id(2)] string Program, [property: Id(3)] long AtMilliseconds, [property: Id(4)] ImmutableArray<byte> Record)
{
    /// <summary>Namespace of the streams.</summary>
    public const string Namespace = "agents.decisions";
}

/// <summary>The effect of a decision is final. Stream: namespace <see cref="Namespace"/>, key = program id.</summary>
/// <param name="DecisionId">Decision.</param>
/// <param name="Agent">Agent key.</param>
/// <param name="Program">Program id.</param>
/// <param name="AtMilliseconds">When it was settled, Unix milliseconds.</param>
/// <param name="Receipt">Its receipt: canonical JSON in UTF-8.</param>
[GenerateSerializer, Immutable, Alias("agents.effect-notice")]
public sealed record EffectNotice(
    [property: Id(0)] string DecisionId, [property: Id(1)] string Agent, [property: Id(2)] string Program, [property: Id(3)] long AtMilliseconds, [property: Id(4)] ImmutableArray<byte> Receipt)
{
    /// <summary>Namespace of the streams.</summary>
    public const string Namespace = "agents.effects";
}
