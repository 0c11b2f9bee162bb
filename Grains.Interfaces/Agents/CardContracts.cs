using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Grains.Interfaces.Agents;

/// <summary>Somebody with an open stream asks for the user's cards.</summary>
/// <param name="At">Moment of the question.</param>
/// <param name="After">Id of the last card that was shown; empty = none was; null = not said.</param>
[GenerateSerializer, Immutable, Alias("agents.cards-request")]
public sealed record CardsRequest([property: Id(0)] Instant At, [property: Id(1)] string? After);

/// <summary>A card that was handed out.</summary>
/// <param name="DecisionId">Its decision.</param>
/// <param name="Record">The decision's record, canonical JSON.</param>
/// <param name="ExpiresAt">From then on it must not be shown.</param>
[GenerateSerializer, Immutable, Alias("agents.handed-card")]
public sealed record HandedCard([property: Id(0)] string DecisionId, [property: Id(1)] byte[] Record, [property: Id(2)] Instant ExpiresAt);

/// <summary>The cards of a user that are to be shown now.</summary>
/// <param name="Cards">By age, oldest first.</param>
/// <param name="Attributes">The user's attributes for templates, UTF-8 JSON object; empty without cards.</param>
/// <param name="MergedInto">Key of the agent that this life has gone over into; null = none. There are then no cards here any more.</param>
[GenerateSerializer, Immutable, Alias("agents.cards-result")]
public sealed record CardsResult([property: Id(0)] HandedCard[] Cards, [property: Id(1)] byte[] Attributes, [property: Id(2)] string? MergedInto);
