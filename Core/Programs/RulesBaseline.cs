using System.Collections.Immutable;

namespace Aampe.Agents.Core.Programs;

/// <summary>The built-in rules arm: a fixed hour, a fixed order of messages, the same for everybody.</summary>
/// <param name="Hour">Local hour of every contact; 0 to 23.</param>
/// <param name="EveryDays">Days between contacts; 1 to 30.</param>
/// <param name="Messages">Message ids in their order; the sequence starts over at its end.</param>
public sealed record RulesBaseline(int Hour, int EveryDays, ImmutableArray<string> Messages);
