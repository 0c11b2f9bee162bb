namespace Aampe.Agents.Silo.Evidence;

/// <summary>A number with its interval; all null where it is not known, and <paramref name="Why"/> says why.</summary>
public sealed record EstimateReply(double? Value, double? Low, double? High, double? StandardError, double Level, string? Why);

/// <summary>What is known of one action.</summary>
public sealed record ActionReply(string Action, string Label, bool Retired, string Lifecycle, int Users, double Effects, EstimateReply Mean, double? Spread, double? SuccessShare, int Messages);

/// <summary>One action set with what is known of each action.</summary>
public sealed record ActionSetReply(string Id, string Name, string Dimension, double Exploration, string Unit, string? MostCertain, double? MostCertainProbability, IReadOnlyList<ActionReply> Actions);

/// <summary>Action sets of a program.</summary>
public sealed record ActionSetsReply(
    string ProgramId, string Name, string State, string Model, string? AsOf, int Panel, double? ShareExplored, int SampledDecisions, IReadOnlyList<ActionSetReply> Sets);

/// <summary>A gap's value: effect a decision with its interval, how often it is drawn, and what that comes to.</summary>
public sealed record GapReply(string Instead, EstimateReply PerDecision, double Effects, double? DecisionsPerWeek, double? PerWeek, double? PerWeekLow, double? PerWeekHigh);

/// <summary>One cell of the content map.</summary>
public sealed record ContentCellReply(string Row, string Column, int Messages, GapReply? Gap);

/// <summary>An axis of the content map.</summary>
public sealed record ContentAxisReply(string Id, string Name, IReadOnlyList<ContentAxisAction> Actions);

/// <summary>An action on an axis.</summary>
public sealed record ContentAxisAction(string Id, string Label);

/// <summary>The content map of two sets.</summary>
public sealed record ContentMapReply(
    string ProgramId, string Name, string? AsOf, string Unit, ContentAxisReply Rows, ContentAxisReply? Columns, IReadOnlyList<ContentAxisReply> Sets, IReadOnlyList<string> Channels, IReadOnlyList<string> Locales,
    double Effects, double EffectsNeeded, int SampledDecisions, IReadOnlyList<ContentCellReply> Cells);

/// <summary>A sentence with what it rests on.</summary>
public sealed record InsightReply(string Sentence, string Set, string Lifecycle, string Users, string Better, string Worse, double Probability, double Effects, EstimateReply Difference);

/// <summary>An action in one lifecycle.</summary>
public sealed record HeatReply(string Set, string Action, string Label, string Lifecycle, int Users, double Effects, EstimateReply Mean, double? FromSetMean, double? Certainty);

/// <summary>What a week's decisions gave up to learn.</summary>
public sealed record LedgerReply(string Week, long Decisions, EstimateReply CostPerDecision);

/// <summary>Insights of a program.</summary>
public sealed record InsightsReply(
    string ProgramId, string Name, string Model, string Unit, string? AsOf, int Panel, double Effects, double EffectsNeeded, bool Trusted, string Trust, IReadOnlyList<InsightReply> Sentences,
    IReadOnlyList<HeatReply> Heat, IReadOnlyList<LedgerReply> Ledger, int SampledDecisions);
