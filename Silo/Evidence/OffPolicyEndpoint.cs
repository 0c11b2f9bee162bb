using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>What one policy would have brought, as a share of messages whose effect is a success.</summary>
/// <param name="Policy">logged, uniform or best_mean.</param>
/// <param name="Ips">Weighted by 1 / chance: unbiased.</param>
/// <param name="Snips">The same, divided by the sum of weights: a little biased, steadier.</param>
/// <param name="Dr">Doubly robust: an outcome model, corrected by weighted residuals.</param>
/// <param name="Rows">Messages used.</param>
/// <param name="EstimatedChances">Of these, messages whose chance was counted over redraws.</param>
/// <param name="EffectiveRows">How many equally weighted messages would say as much.</param>
/// <param name="MeanWeight">1 when the chances are right.</param>
/// <param name="MeanWeightError">Its standard error.</param>
/// <param name="Unreliable">Fewer than 100 effective rows, or a mean weight more than 3 errors from 1.</param>
/// <param name="Why">Why there is no number.</param>
public sealed record PolicyReply(
    string Policy, EstimateReply Ips, EstimateReply Snips, EstimateReply Dr, int Rows, int EstimatedChances, double? EffectiveRows, double? MeanWeight, double? MeanWeightError, bool Unreliable, string? Why);

/// <summary>Three policies over one log.</summary>
public sealed record OffPolicyReply(
    string ProgramId, string Name, string From, string To, double Alpha, int Sends, int Pending, int NotIdentified, int WithoutChance, bool IsCut, string? Best, IReadOnlyList<PolicyReply> Policies);

/// <summary><c>GET /v1/experiments/{programId}/off-policy</c>.</summary>
static class OffPolicyEndpoint
{
    static readonly TimeSpan usual = TimeSpan.FromDays(28);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/experiments/{programId}/off-policy", HandleAsync).RequireScope(Scopes.Console)
        .WithTags("Evidence").WithName("OffPolicy").WithSummary("What other policies would have brought, from the log and its chances: logged, uniform, best_mean; ?from=&to=&alpha=0.01")
        .WithDescription("IPS, SNIPS and DR of the share of messages whose effect is a success, over at most the newest 5,000 messages that agents sent in the span (28 days when none is given).")
        .Produces<OffPolicyReply>().Refuses(400, 401, 403, 404);

    static async Task<IResult> HandleAsync(
        HttpContext context, string programId, DateTimeOffset? from, DateTimeOffset? to, string? alpha, Evidencing evidence, OffPolicyRows rows, IClock clock, CancellationToken stop)
    {
        var (program, _, fault) = await evidence.FindAsync(programId, stop);
        var (level, refused) = ExperimentsEndpoint.Level(alpha);
        var until = to is { } end ? Instant.From(end) : clock.Now;
        var since = from is { } begin ? Instant.From(begin) : until - usual;
        if ((fault ?? refused ?? Wrong(since, until)) is { } problem)
        {
            return problem;
        }

        var sample = await rows.ReadAsync(programId, since, until, stop);
        var compared = PolicyComparison.Of(sample.Rows, level);
        context.Response.Headers["Aampe-Data-As-Of"] = clock.Now.ToString();
        return Wire.Json(new OffPolicyReply(
            programId, program!.Name, since.ToString(), until.ToString(), Math.Round(1 - level.Value, 12), sample.Sends, sample.Pending, sample.NotIdentified, sample.WithoutChance, sample.IsCut, compared.Best,
            [Reply("logged", compared.Logged, level), Reply("uniform", compared.Uniform, level), Reply("best_mean", compared.BestMean, level)]));
    }

    static PolicyReply Reply(string name, OffPolicy of, ConfidenceLevel level) => of switch
    {
        OffPolicy.Evaluated known => new PolicyReply(
            name, Evidencing.Reply(known.InverseProbability, level), Evidencing.Reply(known.SelfNormalised, level), Evidencing.Reply(known.DoublyRobust, level),
            known.Rows, known.Estimated, known.EffectiveRows, known.MeanWeight, known.MeanWeightError, known.Unreliable, null),
        OffPolicy.NotKnown { Why: var why } => new PolicyReply(name, None(why, level), None(why, level), None(why, level), 0, 0, null, null, null, true, Words(why)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static EstimateReply None(WhyNotKnown why, ConfidenceLevel level) => new(null, null, null, null, level.Value, Words(why));

    static string Words(WhyNotKnown why) => why == WhyNotKnown.EmptyArm ? "no message with a known effect" : Evidencing.Words(why);

    static Problem? Wrong(Instant from, Instant to) => from < to ? null
        : Problems.Of(StatusCodes.Status400BadRequest, "invalid_request", "The span is not valid", $"to must be after from; they are {from} and {to}.", [new("/to", "invalid_request", to.ToString())]);
}
