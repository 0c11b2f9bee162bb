using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>What the routes about evidence share: the program asked for, estimates as replies, units in words.</summary>
sealed class Evidencing(RulesCache rules, FindingsView findings)
{
    public const double Level90 = 0.9;

    /// <summary>Drafts too, in the order of their ids.</summary>
    public IReadOnlyList<ProgramDefinition> Programs => [.. rules.Programs.OrderBy(program => program.Id, StringComparer.Ordinal)];

    /// <summary>The program of an id with its findings, or the answer that there is none.</summary>
    public async ValueTask<(ProgramDefinition? Program, ProgramFindings? Findings, Problem? Fault)> FindAsync(string id, CancellationToken stop) =>
        rules.Programs.FirstOrDefault(program => program.Id == id) is { } program
            ? (program, await findings.OfAsync(id, stop), null)
            : (null, null, Problems.NotFound("program", id));

    /// <summary>Says as of when a report is.</summary>
    public static void AsOf(HttpContext context, ProgramFindings? findings) => AsOf(context, findings?.At);

    /// <inheritdoc cref="AsOf(HttpContext, ProgramFindings?)"/>
    public static void AsOf(HttpContext context, Core.Time.Instant? at)
    {
        if (at is { } moment)
        {
            context.Response.Headers["Aampe-Data-As-Of"] = moment.ToString();
        }
    }

    public static EstimateReply Reply(Estimate estimate, ConfidenceLevel level) => estimate switch
    {
        Estimate.Known known => new EstimateReply(known.Value, known.Low, known.High, known.StandardError, level.Value, null),
        Estimate.NotKnown not => new EstimateReply(null, null, null, null, level.Value, Words(not.Why)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Words(WhyNotKnown why) => why switch
    {
        WhyNotKnown.EmptyArm => "no users",
        WhyNotKnown.TooFewUnits => "fewer than two of them",
        WhyNotKnown.NoVariation => "all outcomes are alike",
        WhyNotKnown.Separated => "covariates tell treated from untreated without error",
        WhyNotKnown.Collinear => "covariates follow from each other",
        WhyNotKnown.Unbounded => "the comparison's mean is too close to 0",
        WhyNotKnown.NoOverlap => "what is asked about was never tried",
        WhyNotKnown.MeanNotPositive => "a mean is not above 0",
        _ => "too few days",
    };

    /// <summary>The unit of a set's means.</summary>
    public static string Unit(ProgramFindings? findings, string set) =>
        findings?.Actions.Any(one => one.Set == set && one.ContrastVariance is not null) == true ? "outcomes per message, above the set's average" : "nats per message";
}
