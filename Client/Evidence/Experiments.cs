namespace Aampe.Agents.Client;

/// <summary>One arm of an experiment.</summary>
public sealed record TrialArm(string Arm, int Buckets, double PlannedShare, long Users, long Received, long Intent, long Converted, double GoalsPerUser, double ValuePerUser);

/// <summary>One cell of Table 1.</summary>
/// <param name="Metric">intent, conversion, goals or value.</param>
/// <param name="Method">itt, cuped or psm.</param>
/// <param name="Scale">absolute or relative.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Against">What it is compared with.</param>
/// <param name="Users">Users of the arm; pairs for psm.</param>
/// <param name="AgainstUsers">Users of the other; pairs for psm.</param>
/// <param name="Estimate">The difference.</param>
/// <param name="P">Two-sided p.</param>
/// <param name="AdjustedP">p after Holm.</param>
/// <param name="Missing">What the panel does not hold.</param>
public sealed record Table1Cell(string Metric, string Method, string Scale, string Arm, string Against, long Users, long AgainstUsers, EvidenceEstimate Estimate, double? P, double? AdjustedP, string? Missing);

/// <summary>Balance of one covariate, in pooled standard deviations.</summary>
public sealed record CovariateBalance(string Covariate, double? Assigned, double? Received, double? Paired);

/// <summary>The A/A placebo.</summary>
/// <param name="Verdict">ok, failed or unknown.</param>
/// <param name="Draws">Random halves tried.</param>
/// <param name="Missed">Intervals that missed 0.</param>
/// <param name="P">Chance of so many misses.</param>
public sealed record PlaceboVerdict(string Verdict, int Draws, int Missed, double? P)
{
    /// <summary>How often p values of the halves were at most 0.05, 0.1, … 1: uniform where the analysis keeps its promises.</summary>
    public IReadOnlyList<CalibrationAt> Calibration { get; init; } = [];
}

/// <summary>How often p values of the placebo were at most a number.</summary>
/// <param name="P">The number, and the share that is expected.</param>
/// <param name="Seen">Share that was.</param>
/// <param name="Low">Lower end of where chance leaves it.</param>
/// <param name="High">Upper end.</param>
public sealed record CalibrationAt(double P, double Seen, double Low, double High);

/// <summary>The sample ratio test.</summary>
public sealed record SampleRatioCheck(string ProgramId, double? P, double? ChiSquare, int? DegreesOfFreedom, bool Mismatch, IReadOnlyList<TrialArm> Arms, string? Why);

/// <summary>Table 1 of a program's experiment; read <see cref="Trust"/> first.</summary>
public sealed record Table1
{
    public required string ProgramId { get; init; }

    public required string Name { get; init; }

    /// <summary>ok, srm_failed, placebo_failed or underpowered.</summary>
    public required string Trust { get; init; }

    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Users counted.</summary>
    public long Panel { get; init; }

    /// <summary>panel, or all: everybody was counted.</summary>
    public string Population { get; init; } = "panel";

    /// <summary>Start of what is counted.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public double Days { get; init; }

    /// <summary>Whether the plan began earlier than agents keep events.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether it is a look before the fixed end; <see langword="null"/> = none was fixed.</summary>
    public bool? IsInterim { get; init; }

    public DateTimeOffset? PlannedStart { get; init; }

    public DateTimeOffset? PlannedEnd { get; init; }

    /// <summary>Changes with salt, weights or span.</summary>
    public string PlanHash { get; init; } = "";

    public double Alpha { get; init; } = 0.01;

    public SampleRatioCheck? Srm { get; init; }

    public PlaceboVerdict? Placebo { get; init; }

    /// <summary>Goals of the 28 days before, agentic against the comparison: must cover 0.</summary>
    public EvidenceEstimate? Before { get; init; }

    /// <summary>Arm of the headline's comparison.</summary>
    public string Against { get; init; } = "";

    /// <summary>θ of the adjustment.</summary>
    public double Theta { get; init; }

    public IReadOnlyList<TrialArm> Arms { get; init; } = [];

    public IReadOnlyList<Table1Cell> Cells { get; init; } = [];

    public IReadOnlyList<CovariateBalance> Balance { get; init; } = [];

    public int Pairs { get; init; }

    public int Unpaired { get; init; }

    public string? PairingWhy { get; init; }

    /// <summary>Why numbers are withheld, or there are none, and what to do; <see langword="null"/> = nothing is withheld.</summary>
    public string? Withheld { get; init; }

    /// <summary>Looks that the intervals hold at together; <see langword="null"/> = they hold at the end.</summary>
    public int? Looks { get; init; }

    /// <summary>Other experiments on the same goal in the same span.</summary>
    public IReadOnlyList<OverlappingExperiment> Overlaps { get; init; } = [];
}

/// <summary>An experiment on the same goal in the same span.</summary>
/// <param name="ProgramId">Its program.</param>
/// <param name="Name">What people read.</param>
/// <param name="SameDraw">Whether users are drawn alike: then its effect is part of this one's.</param>
public sealed record OverlappingExperiment(string ProgramId, string Name, bool SameDraw);

/// <summary>An experiment in a list.</summary>
public sealed record ExperimentSummary(string ProgramId, string Name, string State, string Trust, DateTimeOffset? AsOf, IReadOnlyList<TrialArm> Arms);

/// <summary>Smallest differences that are found.</summary>
public sealed record PowerOfExperiment(string ProgramId, double Alpha, double Power, string Against, IReadOnlyList<PowerAtDays> Rows);

/// <summary>For a number of days.</summary>
public sealed record PowerAtDays(double Days, long Users, long AgainstUsers, double? ConversionShare, double? SmallestConversion, double? GoalsPerUser, double? SmallestGoals);
