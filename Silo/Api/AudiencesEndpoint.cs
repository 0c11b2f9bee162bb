using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>An audience of the workspace.</summary>
/// <param name="Rule">As JSON.</param>
/// <param name="Text">The rule in words.</param>
/// <param name="UsedBy">Programs, rules of suppression and audiences that name it.</param>
public sealed record AudienceItem(string Id, string Name, JsonObject Rule, string Text, IReadOnlyList<string> UsedBy);

/// <summary>A rule to be estimated: as JSON or in words.</summary>
public sealed record EstimateBody(JsonElement? Rule = null, string? Text = null);

/// <summary>How many users a rule holds for.</summary>
/// <param name="Text">The rule in words.</param>
/// <param name="Rule">The rule as JSON.</param>
/// <param name="Count">Best guess.</param>
/// <param name="Low">Lower end of the 95 % interval (Wilson).</param>
/// <param name="High">Upper end.</param>
/// <param name="Matching">Users of the sample for whom it holds.</param>
/// <param name="Sample">Users that were looked at.</param>
/// <param name="Users">All users.</param>
/// <param name="Exact">Whether everybody was looked at.</param>
/// <param name="At">Moment of the look.</param>
/// <param name="Examples">Up to five of them, their ids masked.</param>
public sealed record EstimateReply(string Text, JsonObject Rule, long Count, long Low, long High, long Matching, long Sample, long Users, bool Exact, string At, IReadOnlyList<string> Examples);

/// <summary><c>GET /v1/audiences</c> and <c>POST /v1/audiences/estimate</c>.</summary>
static class AudiencesEndpoint
{
    const int Examples = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/audiences", ListAsync).RequireScope(Scopes.Console)
            .WithTags("Audiences").WithName("Audiences").WithSummary("Named audiences with their rules in words, and what uses them; they are part of the workspace's settings")
            .Produces<PageOf<AudienceItem>>().Refuses(401, 403);
        routes.MapPost("/v1/audiences/estimate", EstimateAsync).RequireScope(Scopes.Console)
            .WithTags("Audiences").WithName("EstimateAudience").WithSummary("How many users a rule holds for, from a sample, with a 95 % interval; {rule} as JSON or {text} in words")
            .Accepts<EstimateBody>("application/json").Produces<EstimateReply>().Refuses(400, 401, 403, 415, 422);
    }

    static Task<IResult> ListAsync(RulesCache rules)
    {
        var settings = rules.Current.Settings;
        var items = settings.Audiences.Select(one => new AudienceItem(one.Id, one.Name, AudienceRuleParse.Write(one.Rule), AudienceText.Of(one.Rule), [.. UsedBy(one.Id, settings, rules.Programs)])).ToArray();
        return Task.FromResult(Wire.Json(new PageOf<AudienceItem>(items, null)));
    }

    static IEnumerable<string> UsedBy(string id, WorkspaceSettings settings, IEnumerable<ProgramDefinition> programs)
    {
        bool Names(AudienceRule? rule) => rule?.Parts("").Any(part => part.Rule is AudienceRule.In one && one.Id == id) == true;
        return programs.Where(program => program.State != ProgramState.Archived && (Names(program.Audience) || Names(program.Guardrails.SuppressWhen))).Select(program => $"program {program.Id}")
            .Concat(settings.Audiences.Where(other => Names(other.Rule)).Select(other => $"audience {other.Id}"))
            .Concat(Names(settings.Guardrails.SuppressWhen) ? ["workspace guardrails"] : []);
    }

    static async Task<IResult> EstimateAsync(HttpContext context, RulesCache rules, AudiencePanel panel, IClock clock, CancellationToken stop)
    {
        var (body, unreadable) = await JsonBody.ReadAsync<EstimateBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (body!.Rule is null == body.Text is null)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_rule", "The rule is not valid", "Send either rule, as JSON, or text, in words.", [new("", "missing", "rule or text")]);
        }

        var parsed = body.Rule is { } json ? AudienceRuleParse.Of(json, "/rule") : AudienceText.Parse(body.Text!);
        if (parsed is AudienceRuleParse.Bad bad)
        {
            return Invalid(bad.Errors);
        }

        var (rule, settings) = (((AudienceRuleParse.Ok)parsed).Rule, rules.Current.Settings);
        if (AudienceChecks.Of(rule, "/rule", settings).ToArray() is { Length: > 0 } refused)
        {
            return Invalid(refused);
        }

        var now = clock.Now;
        var (matching, examples, attributes) = (0L, new List<string>(), new HashSet<string>(settings.Attributes, StringComparer.Ordinal));
        var (sampled, users) = await panel.LookAsync(
            user =>
            {
                attributes.UnionWith(user.Attributes.Keys);
                if (!new Membership(user, now, settings).Includes(rule))
                {
                    return;
                }

                matching++;
                if (examples.Count < Examples)
                {
                    examples.Add(Masked(user.Id));
                }
            },
            stop);
        // A name that nobody has is most likely a misspelling. While there is nobody, every name is new.
        var usable = attributes.Where(name => !settings.IsSensitive(name)).ToArray();
        if (sampled > 0 && rule.Parts("/rule").Where(part => part.Rule.AttributeRead is { } name && !attributes.Contains(name)).ToArray() is { Length: > 0 } unknown)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "unknown_attribute", "No user has such an attribute", $"None of {sampled} users looked at has the attribute \"{unknown[0].Rule.AttributeRead}\"; {NearestNames.Hint(unknown[0].Rule.AttributeRead!, usable)}",
                [.. unknown.Select(part => new ProblemError(part.Pointer + "/attribute", "unknown_attribute", NearestNames.Hint(part.Rule.AttributeRead!, usable)))]);
        }

        var estimate = AudienceEstimate.Of(matching, sampled, users);
        return Wire.Json(new EstimateReply(
            AudienceText.Of(rule), AudienceRuleParse.Write(rule), estimate.Count, estimate.Low, estimate.High, matching, sampled, estimate.Users, estimate.IsExact, now.ToString(), examples));
    }

    // Enough to see that they differ, too little to find one.
    static string Masked(string id) => id.Length <= 4 ? "••••" : $"{id[..2]}••••{id[^1..]}";

    static Problem Invalid(IReadOnlyList<ProgramError> errors) => ProgramAnswers.Invalid("invalid_rule", "The rule is not valid", errors);
}
