namespace Aampe.Agents.Silo.Evidence;

/// <summary>One arm of an experiment.</summary>
public sealed record TrialArmReply(string Arm, int Buckets, double PlannedShare, long Users, long Received, long Intent, long Converted, double GoalsPerUser, double ValuePerUser);

/// <summary>One cell of Table 1.</summary>
public sealed record Table1CellReply(
    string Metric, string Method, string Scale, string Arm, string Against, long Users, long AgainstUsers, EstimateReply Estimate, double? P, double? AdjustedP, string? Missing);

/// <summary>Balance of one covariate, in pooled standard deviations.</summary>
public sealed record BalanceReply(string Covariate, double? Assigned, double? Received, double? Paired);

/// <summary>The placebo.</summary>
/// <param name="Verdict">ok, failed or unknown.</param>
/// <param name="Draws">Random halves tried.</param>
/// <param name="Missed">Intervals that missed 0.</param>
/// <param name="P">Chance of so many misses.</param>
/// <param name="Calibration">How often p values were at most 0.05, 0.1, … 1.</param>
public sealed record PlaceboReply(string Verdict, int Draws, int Missed, double? P, IReadOnlyList<CalibrationReply> Calibration);

/// <summary>How often p values of the placebo were at most <paramref name="P"/>; between low and high when they are uniform.</summary>
public sealed record CalibrationReply(double P, double Seen, double Low, double High);

/// <summary>The sample ratio test.</summary>
public sealed record SrmReply(string ProgramId, double? P, double? ChiSquare, int? DegreesOfFreedom, bool Mismatch, IReadOnlyList<TrialArmReply> Arms, string? Why);

/// <summary>Table 1 of a program's experiment.</summary>
public sealed record Table1Reply(
    string ProgramId, string Name, string Trust, string? AsOf, long Panel, string Population, string? From, string? To, double Days, bool IsCut, bool? IsInterim, string? PlannedStart, string? PlannedEnd, string PlanHash,
    double Alpha, SrmReply? Srm, PlaceboReply? Placebo, EstimateReply? Before, string Against, double Theta, IReadOnlyList<TrialArmReply> Arms, IReadOnlyList<Table1CellReply> Cells,
    IReadOnlyList<BalanceReply> Balance, int Pairs, int Unpaired, string? PairingWhy)
{
    /// <summary>Why numbers are withheld, or there are none, and what to do; null = nothing is withheld.</summary>
    public string? Withheld { get; init; }

    /// <summary>Looks that the intervals hold at together; null = they hold at the end.</summary>
    public int? Looks { get; init; }

    /// <summary>Other experiments on the same goal in the same span.</summary>
    public IReadOnlyList<OverlapReply> Overlaps { get; init; } = [];
}

/// <summary>An experiment on the same goal in the same span.</summary>
/// <param name="ProgramId">Its program.</param>
/// <param name="Name">What people read.</param>
/// <param name="SameDraw">Whether users are drawn alike: then its effect is part of this one's.</param>
public sealed record OverlapReply(string ProgramId, string Name, bool SameDraw);

/// <summary>An experiment in the list.</summary>
public sealed record ExperimentItem(string ProgramId, string Name, string State, string Trust, string? AsOf, IReadOnlyList<TrialArmReply> Arms);

/// <summary>Smallest effects that are found with a chance of 0.8.</summary>
public sealed record PowerReply(string ProgramId, double Alpha, double Power, string Against, IReadOnlyList<PowerRow> Rows);

/// <summary>For a number of days.</summary>
public sealed record PowerRow(double Days, long Users, long AgainstUsers, double? ConversionShare, double? SmallestConversion, double? GoalsPerUser, double? SmallestGoals);
