using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Telemetry;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET /v1/overview</c>: totals, and each program's arms with intervals.</summary>
static class OverviewEndpoint
{
    static readonly ConfidenceLevel Level = new(0.95);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/overview", HandleAsync)
        .RequireScope(Scopes.Console)
        .WithTags("Operations").WithName("Overview").WithSummary("Totals, live programs, and the effect of each arm with its interval")
        .WithDescription("Arms are counted over the panel of the program's cohort as of its last fold. A number that the data do not support is null.")
        .Produces<OverviewReply>().Refuses(401, 403);

    static async Task<IResult> HandleAsync(
        HttpContext context, RulesCache rules, ICohortView cohorts, IAgentStore store, IDeadLetters deadLetters, IEventLog log, IClock clock, AgentMetrics metrics, CancellationToken stop)
    {
        var totals = await store.TotalsAsync(AgentKey.DefaultTenant, stop);
        var dead = await deadLetters.CountOpenAsync(AgentKey.DefaultTenant, stop);
        long events = 0;
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            events += await log.CountAsync(partition, 0, stop);
        }

        var programs = new List<OverviewProgram>();
        var asOf = Instant.Earliest;
        foreach (var program in rules.Programs)
        {
            var cohort = await cohorts.OfAsync(program.Id);
            asOf = Instant.Max(asOf, cohort.AsOf);
            programs.Add(Of(program, cohort, rules.Current.Find(program.Id)));
        }

        if (asOf > Instant.Earliest)
        {
            context.Response.Headers["Aampe-Data-As-Of"] = asOf.ToString();
        }

        var counts = new OverviewCounts(events, totals.Agents, totals.Decisions, totals.Effects, totals.OutboxWaiting, dead.Values.Sum());
        var work = new OverviewWork(metrics.Lag, (await store.FirstDueAsync(stop))?.ToString(), (await store.FirstOutboxDueAsync(stop))?.ToString());
        return Wire.Json(new OverviewReply(clock.Now.ToString(), clock.Simulated, rules.Current.Settings.KillSwitch, counts, work, dead, programs));
    }

    static OverviewProgram Of(ProgramDefinition program, CohortSnapshot cohort, ProgramRules? current) => new(
        program.Id,
        program.Name,
        program.State.ToString().ToLowerInvariant(),
        program.Version,
        [.. program.Goal.Events.Order(StringComparer.Ordinal)],
        cohort.Version,
        cohort.Version == 0 ? null : cohort.AsOf.ToString(),
        cohort.Panel,
        [.. cohort.Arms.Select(arm => Arm(arm, cohort))],
        Differences(cohort),
        current is null ? null : program.Experiment.HorizonWith(current.Effect.Grace)?.IsInterim(cohort.AsOf));

    static OverviewArm Arm(ArmTotals totals, CohortSnapshot cohort)
    {
        var sends = Blocks(cohort, totals.Arm, send: true);
        var mean = BlockedMean.Of(sends, Level) as Estimate.Known;
        return new OverviewArm(
            totals.Arm,
            totals.Goals.N,
            totals.Sends,
            Blocks(cohort, totals.Arm, send: false).Sum(block => block.N),
            sends.Sum(block => block.N),
            mean?.Value,
            mean?.Low,
            mean?.High,
            totals.Goals.N == 0 ? null : totals.Goals.Mean,
            totals.Converted,
            Level.Value);
    }

    static Moments[] Blocks(CohortSnapshot cohort, string arm, bool send) =>
        [.. cohort.Blocks.Where(block => block.Arm == arm && block.Send == send).Select(block => block.Effects)];

    static List<OverviewDifference> Differences(CohortSnapshot cohort)
    {
        var found = new List<OverviewDifference>();
        if (cohort.Arms.FirstOrDefault(arm => arm.Arm == Arms.Agentic) is not { } agentic)
        {
            return found;
        }

        foreach (var other in cohort.Arms.Where(arm => arm.Arm != Arms.Agentic))
        {
            if (DifferenceOfMeans.Welch(agentic.Goals, other.Goals, Level) is Estimate.Known known)
            {
                found.Add(new OverviewDifference(Arms.Agentic, other.Arm, "goalsPerUserWeek", known.Value, known.Low, known.High, Level.Value));
            }
        }

        return found;
    }
}
