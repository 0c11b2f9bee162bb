namespace Aampe.Agents.Client;

/// <summary>A number with its interval, or why there is none.</summary>
/// <param name="Value">The estimate; <see langword="null"/> when it is not known.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="StandardError">First-order standard error.</param>
/// <param name="Level">Level of the interval.</param>
/// <param name="Why">Why there is none.</param>
public sealed record EvidenceEstimate(double? Value, double? Low, double? High, double? StandardError, double Level, string? Why = null)
{
    /// <summary>Whether there is a number with an interval.</summary>
    public bool Known => Value is not null && Low is not null && High is not null;
}

/// <summary>What is known of one action among some users.</summary>
/// <param name="Action">Action id.</param>
/// <param name="Label">What people read.</param>
/// <param name="Retired">Never drawn again.</param>
/// <param name="Lifecycle">new, active, lapsing, lapsed; empty = all users.</param>
/// <param name="Users">Users whose effects are in it.</param>
/// <param name="Effects">Effects in it, forgotten ones less.</param>
/// <param name="Mean">Mean effect in the set's unit.</param>
/// <param name="Spread">Standard deviation between users.</param>
/// <param name="SuccessShare">Share of effects that were successes.</param>
/// <param name="Messages">Messages that carry it; −1 = messages do not carry this set.</param>
public sealed record ActionEvidence(string Action, string Label, bool Retired, string Lifecycle, int Users, double Effects, EvidenceEstimate Mean, double? Spread, double? SuccessShare, int Messages);

/// <summary>One action set.</summary>
public sealed record ActionSetEvidence(string Id, string Name, string Dimension, double Exploration, string Unit, string? MostCertain, double? MostCertainProbability, IReadOnlyList<ActionEvidence> Actions);

/// <summary>Action sets of a program.</summary>
/// <param name="ProgramId">Program.</param>
/// <param name="Name">What people read.</param>
/// <param name="State">draft, live, …</param>
/// <param name="Model">joint, gaussian or beta.</param>
/// <param name="AsOf">Moment of the fold; <see langword="null"/> before the first.</param>
/// <param name="Panel">Users of the panel.</param>
/// <param name="ShareExplored">Share of the sampled decisions that picked uniformly.</param>
/// <param name="SampledDecisions">Decisions in the sample.</param>
/// <param name="Sets">The sets.</param>
public sealed record ActionSets(string ProgramId, string Name, string State, string Model, DateTimeOffset? AsOf, int Panel, double? ShareExplored, int SampledDecisions, IReadOnlyList<ActionSetEvidence> Sets);

/// <summary>What an empty cell is worth.</summary>
/// <param name="Instead">Message that agents take now.</param>
/// <param name="PerDecision">Effect a decision that is lost.</param>
/// <param name="Effects">n.</param>
/// <param name="DecisionsPerWeek">How often the pair is drawn; <see langword="null"/> = not known.</param>
/// <param name="PerWeek">Effect a week.</param>
/// <param name="PerWeekLow">Lower end.</param>
/// <param name="PerWeekHigh">Upper end.</param>
public sealed record GapValue(string Instead, EvidenceEstimate PerDecision, double Effects, double? DecisionsPerWeek, double? PerWeek, double? PerWeekLow, double? PerWeekHigh);

/// <summary>One cell of the content map.</summary>
public sealed record ContentMapCell(string Row, string Column, int Messages, GapValue? Gap);

/// <summary>An axis of the content map.</summary>
public sealed record ContentMapAxis(string Id, string Name, IReadOnlyList<ContentMapAction> Actions);

/// <summary>An action on an axis.</summary>
public sealed record ContentMapAction(string Id, string Label);

/// <summary>The content map of two sets of a program.</summary>
public sealed record ContentMap(
    string ProgramId, string Name, DateTimeOffset? AsOf, string Unit, ContentMapAxis Rows, ContentMapAxis? Columns, IReadOnlyList<ContentMapAxis> Sets, IReadOnlyList<string> Channels, IReadOnlyList<string> Locales,
    double Effects, double EffectsNeeded, int SampledDecisions, IReadOnlyList<ContentMapCell> Cells);

/// <summary>A sentence made from data.</summary>
public sealed record InsightSentence(string Sentence, string Set, string Lifecycle, string Users, string Better, string Worse, double Probability, double Effects, EvidenceEstimate Difference);

/// <summary>An action among users of one lifecycle.</summary>
public sealed record InsightCell(string Set, string Action, string Label, string Lifecycle, int Users, double Effects, EvidenceEstimate Mean, double? FromSetMean, double? Certainty);

/// <summary>What a week's sampled decisions gave up to learn.</summary>
public sealed record ExplorationWeek(string Week, long Decisions, EvidenceEstimate CostPerDecision);

/// <summary>Insights of a program.</summary>
public sealed record Insights(
    string ProgramId, string Name, string Model, string Unit, DateTimeOffset? AsOf, int Panel, double Effects, double EffectsNeeded, bool Trusted, string Trust, IReadOnlyList<InsightSentence> Sentences,
    IReadOnlyList<InsightCell> Heat, IReadOnlyList<ExplorationWeek> Ledger, int SampledDecisions);
