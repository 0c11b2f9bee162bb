using System.Globalization;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Counts;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Evidence;

/// <summary><c>/v1/experiments</c>: arms by assignment, Table 1, sample ratio, power.</summary>
static class ExperimentsEndpoint
{
    static readonly double[] usualDays = [7, 14, 28, 56];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var experiments = routes.MapGroup("/v1/experiments").RequireScope(Scopes.Console).WithTags("Evidence");
        experiments.MapGet("", ListAsync).WithName("Experiments").WithSummary("Every program's experiment with its verdict and arms").Produces<PageOf<ExperimentItem>>().Refuses(401, 403);
        experiments.MapGet("/{programId}/table1", Table1Async).WithName("Table1")
            .WithSummary("Intent, conversion, goals and value of agentic users against the other arms: by assignment, adjusted, and paired beneath; ?alpha=0.01&population=all&everyLook=true&format=csv")
            .WithDescription("Read trust first: ok, srm_failed, placebo_failed or underpowered. A number that is not held is null and says why. population: panel, all (needs POST …/count), or left out for the newer of the two. everyLook: intervals that hold at every look until the end, for whoever may stop early.")
            .Produces<Table1Reply>().Refuses(400, 401, 403, 404, 409);
        experiments.MapGet("/{programId}/srm", SrmAsync).WithName("SampleRatio").WithSummary("Whether the arms have the sizes that were planned").Produces<SrmReply>().Refuses(401, 403, 404);
        experiments.MapGet("/{programId}/power", PowerAsync).WithName("Power").WithSummary("Smallest differences found with a chance of 0.8 in some days; ?days=7,14,28,56&alpha=0.01")
            .Produces<PowerReply>().Refuses(400, 401, 403, 404);
    }

    /// <summary>A verdict as the wire spells it.</summary>
    public static string Spelt(Trust trust) => trust switch
    {
        Trust.Ok => "ok",
        Trust.SrmFailed => "srm_failed",
        Trust.PlaceboFailed => "placebo_failed",
        _ => "underpowered",
    };

    static async Task<IResult> ListAsync(Evidencing evidence, FindingsView view, CancellationToken stop)
    {
        var items = new List<ExperimentItem>();
        foreach (var program in evidence.Programs)
        {
            var findings = await view.OfAsync(program.Id, stop);
            items.Add(new ExperimentItem(
                program.Id, program.Name, program.State.ToString().ToLowerInvariant(),
                Spelt(findings?.Trial is { } trial ? Table1.Of(trial, ConfidenceLevel.Default).Trust : Trust.Underpowered), findings?.At.ToString(), Arms(findings?.Trial)));
        }

        return Wire.Json(new PageOf<ExperimentItem>(items, null));
    }

    static async Task<IResult> Table1Async(HttpContext context, string programId, string? alpha, string? population, bool? everyLook, string? format, Evidencing evidence, CensusWork counts, IOptions<GrainsOptions> options, CancellationToken stop)
    {
        var (program, findings, fault) = await evidence.FindAsync(programId, stop);
        var (level, refused) = Level(alpha);
        if ((fault ?? refused) is { } problem)
        {
            return problem;
        }

        if (format is not (null or "json" or "csv"))
        {
            return Problems.Of(400, "invalid_format", "The format is not known", $"format must be json or csv; it is '{format}'.", [new("/format", "invalid_format", format)]);
        }

        if (population is not (null or "panel" or "all"))
        {
            return Problems.Of(400, "invalid_population", "The population is not known", $"population must be panel or all; it is '{population}'.", [new("/population", "invalid_population", population)]);
        }

        var horizon = program!.Experiment.HorizonWith(TimeSpan.FromHours(options.Value.GraceHours));
        if (everyLook == true && horizon is null)
        {
            return Problems.Of(409, "no_fixed_end", "No end was fixed", "Intervals for every look need to know how many there will be: set experiment.startsAt and experiment.endsAt, in a new phase.");
        }

        var census = population == "panel" ? null : await counts.NewestAsync(programId, stop);
        if (population == "all" && census is null)
        {
            return Problems.Of(409, "not_counted", "Nobody has counted everybody", $"POST /v1/experiments/{programId}/count first; until then Table 1 reads the panel.");
        }

        var seen = census is not null && (population == "all" || findings is null || census.AsOf >= findings.AsOf)
            ? new Counted(census.At, census.Users, true, census.Trial)
            : new Counted(findings?.At, findings?.Panel ?? 0, false, findings?.Trial);
        Evidencing.AsOf(context, seen.At);
        var looks = everyLook == true ? Peeking.Looks(horizon!) : 0;
        var reply = Reply(program, seen, looks == 0 ? level : Peeking.EachLook(level, looks), evidence.Programs) with { Alpha = Math.Round(1 - level.Value, 12), Looks = looks == 0 ? null : looks };
        return format == "csv" ? Results.File(Table1Csv.Of(reply), "text/csv; charset=utf-8", $"table1-{programId}.csv") : Wire.Json(reply);
    }

    static async Task<IResult> SrmAsync(HttpContext context, string programId, Evidencing evidence, CancellationToken stop)
    {
        var (_, findings, fault) = await evidence.FindAsync(programId, stop);
        if (fault is not null)
        {
            return fault;
        }

        Evidencing.AsOf(context, findings);
        return Wire.Json(findings?.Trial is { } trial
            ? Srm(programId, Table1.Of(trial, ConfidenceLevel.Default).SampleRatio, trial)
            : new SrmReply(programId, null, null, null, false, [], "nobody has been counted yet"));
    }

    static async Task<IResult> PowerAsync(HttpContext context, string programId, string? days, string? alpha, Evidencing evidence, CancellationToken stop)
    {
        var (_, findings, fault) = await evidence.FindAsync(programId, stop);
        var (level, refused) = Level(alpha);
        var (wanted, wrong) = Days(days);
        if ((fault ?? refused ?? wrong) is { } problem)
        {
            return problem;
        }

        Evidencing.AsOf(context, findings);
        var against = findings?.Trial is { } held ? Table1.Of(held, level).Against : "";
        var rows = findings?.Trial is { } trial ? PowerTable.Of(trial, against, level, wanted) : [];
        return Wire.Json(new PowerReply(
            programId, 1 - level.Value, Power.Usual, against,
            [.. rows.Select(row => new PowerRow(row.Days, row.Users, row.AgainstUsers, row.Share, row.SmallestShare, row.Goals, row.SmallestGoals))]));
    }

    static Table1Reply Reply(ProgramDefinition program, Counted seen, ConfidenceLevel level, IReadOnlyList<ProgramDefinition> all)
    {
        var plan = program.Experiment;
        var hash = Core.Canonical.StableHash.Of(plan.Salt, string.Create(CultureInfo.InvariantCulture, $"{plan.Agentic}/{plan.Random}/{plan.Rules}/{plan.Holdout}/{plan.StartsAt}/{plan.EndsAt}")).ToString("x16", CultureInfo.InvariantCulture);
        var alpha = Math.Round(1 - level.Value, 12);
        if (seen.Trial is not { } trial)
        {
            return new Table1Reply(
                program.Id, program.Name, "underpowered", seen.At?.ToString(), seen.Users, seen.Population, null, null, 0, false, null, plan.StartsAt?.ToString(), plan.EndsAt?.ToString(), hash, alpha, null, null, null, "", 0, [], [], [], 0, 0, null);
        }

        var report = Table1.Of(trial, level);
        var placebo = report.Placebo is { } check
            ? new PlaceboReply(check.Fails ? "failed" : "ok", check.Draws, check.Missed, check.PValue, [.. check.Calibration().Select(point => new CalibrationReply(point.P, point.Seen, point.Low, point.High))])
            : new PlaceboReply("unknown", 0, 0, null, []);
        return new Table1Reply(
            program.Id, program.Name, Spelt(report.Trust), seen.At?.ToString(), seen.Users, seen.Population, new Core.Time.Instant(trial.From).ToString(), new Core.Time.Instant(trial.To).ToString(), trial.Days, trial.IsCut, trial.IsInterim,
            plan.StartsAt?.ToString(), plan.EndsAt?.ToString(), hash, alpha, Srm(program.Id, report.SampleRatio, trial), placebo, Evidencing.Reply(report.Before, level), report.Against, report.Theta, Arms(trial),
            [.. report.Cells.Select(cell => new Table1CellReply(cell.Metric, cell.Method, cell.Scale, cell.Arm, cell.Against, cell.Users, cell.AgainstUsers, Evidencing.Reply(cell.Value, level), cell.P, cell.AdjustedP, cell.Missing.Length > 0 ? cell.Missing : null))],
            [.. report.Balance.Select(row => new BalanceReply(row.Covariate, row.Assigned, row.Received, row.Paired))],
            trial.Pairing?.Pairs ?? 0, trial.Pairing?.Unpaired ?? 0, trial.Pairing is null ? "the experiment has no holdout" : trial.Pairing.WhyNot is { } why ? Evidencing.Words(why) : null)
        {
            Withheld = report.Withheld.Length > 0 ? report.Withheld : null,
            Overlaps = Overlaps(program, all),
        };
    }

    // Another experiment on the same goal at the same time is in both arms alike, unless its draw is the same: then its effect is part of this one's.
    static IReadOnlyList<OverlapReply> Overlaps(ProgramDefinition program, IReadOnlyList<ProgramDefinition> all) =>
    [
        .. all.Where(other => other.Id != program.Id && other.State is ProgramState.Live or ProgramState.Paused && ExperimentPhases.Overlap(program, other))
            .Select(other => new OverlapReply(other.Id, other.Name, other.Experiment.Salt == program.Experiment.Salt)),
    ];

    /// <summary>Whom a table is about.</summary>
    sealed record Counted(Core.Time.Instant? At, long Users, bool All, TrialFinding? Trial)
    {
        public string Population => All ? "all" : "panel";
    }

    static SrmReply Srm(string programId, SampleRatio ratio, TrialFinding trial) => ratio switch
    {
        SampleRatio.Tested tested => new SrmReply(programId, tested.PValue, tested.ChiSquare, tested.DegreesOfFreedom, tested.Mismatch, Arms(trial), null),
        SampleRatio.NotKnown not => new SrmReply(programId, null, null, null, false, Arms(trial), Evidencing.Words(not.Why)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static List<TrialArmReply> Arms(TrialFinding? trial) => trial is null ? [] :
    [
        .. trial.Arms.Zip(trial.Buckets, (arm, buckets) => new TrialArmReply(
            arm.Arm, buckets, buckets / (double)trial.Buckets.Sum(), arm.Users, arm.Received, arm.Intent, arm.Converted, arm.Goals.Outcome.Mean, arm.Value.Outcome.Mean)),
    ];

    /// <summary>The level of a query's alpha.</summary>
    public static (ConfidenceLevel Level, Problem? Fault) Level(string? alpha) =>
        alpha is null ? (ConfidenceLevel.Default, null)
        : double.TryParse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0.0001 and <= 0.5 ? (new ConfidenceLevel(1 - value), null)
        : (default, Problems.Of(400, "invalid_alpha", "alpha is not valid", $"alpha must be 0.0001 to 0.5; it is '{alpha}'.", [new("/alpha", "invalid_alpha", alpha)]));

    static (double[] Days, Problem? Fault) Days(string? days)
    {
        if (days is null)
        {
            return (usualDays, null);
        }

        var parts = days.Split(',');
        var read = parts.Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= 365 ? value : -1).ToArray();
        return parts.Length > 20 || read.Contains(-1)
            ? ([], Problems.Of(400, "invalid_days", "days is not valid", $"days must be up to 20 numbers from 1 to 365, parted by commas; it is '{days}'.", [new("/days", "invalid_days", days)]))
            : (read, null);
    }
}
