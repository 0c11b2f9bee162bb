using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>What limits come to.</summary>
/// <param name="Sentence">Those that bind, in words.</param>
/// <param name="Limits">Each limit: id, code, scope, text, binds.</param>
/// <param name="Most">The most a user can get: channel (empty = all together), perDay, perWeek; null = no limit.</param>
/// <param name="Clashes">Contradictions: code, ids, detail.</param>
/// <param name="TimeZone">Zone of the calendar.</param>
/// <param name="Calendar">Seven days of 24 hours: open, partly, quiet, blackout, skipped.</param>
/// <param name="User">With userId: every verdict now, used and left, local time, zone and its source.</param>
public sealed record EffectiveReply(
    string Sentence, IReadOnlyList<StatedLimit> Limits, IReadOnlyList<MostAllowed> Most, IReadOnlyList<LimitClash> Clashes, string Channel, string TimeZone, JsonArray Calendar, JsonObject? User);

/// <summary>A message that might go.</summary>
/// <param name="UserId">User.</param>
/// <param name="Channel">push, email, sms, whatsapp or in_app.</param>
/// <param name="At">When; absent = now. Not before the agent's last step.</param>
/// <param name="ProgramId">Program that would speak; absent = the workspace's limits alone.</param>
/// <param name="Category">marketing (when absent), service or transactional.</param>
public sealed record GuardrailTestBody(string UserId, string Channel, DateTimeOffset? At = null, string? ProgramId = null, string? Category = null);

/// <summary><c>GET /v1/guardrails/effective</c> and <c>POST /v1/guardrails/test</c>.</summary>
static class GuardrailsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/guardrails/effective", EffectiveAsync).RequireScope(Scopes.Console)
            .WithTags("Guardrails").WithName("EffectiveGuardrails").WithSummary("What all limits together come to, in words and numbers, and where they contradict one another")
            .WithDescription("?programId= adds a program's own limits, ?channel= (default push) is that of the calendar and keeps to its limits, ?userId= (scope users:read) adds what is used and left for a user, with local time and zone.")
            .Produces<EffectiveReply>().Refuses(400, 401, 403, 404, 422);
        routes.MapPost("/v1/guardrails/test", TestAsync).RequireScope(Scopes.UsersRead)
            .WithTags("Guardrails").WithName("TestGuardrails").WithSummary("Would a message pass? Each limit's verdict; nothing is stored")
            .Accepts<GuardrailTestBody>("application/json").Produces<JsonObject>().Refuses(400, 401, 403, 415, 422);
    }

    static async Task<IResult> EffectiveAsync(HttpContext context, string? programId, string? userId, string? channel, RulesCache rules, IGrainFactory grains, IClock clock)
    {
        if (channel is not null && Unknown("channel", channel, ProgramJson.Channels) is { } wrong)
        {
            return wrong;
        }

        if (programId is not null && rules.Programs.All(one => one.Id != programId))
        {
            return Problems.NotFound("program", programId);
        }

        var settings = rules.Current.Settings;
        var program = programId is null ? null : rules.Programs.First(one => one.Id == programId);
        var effective = EffectiveLimits.Of(settings, program, channel);
        JsonObject? user = null;
        if (userId is not null)
        {
            if (!context.Caller().May(Scopes.UsersRead))
            {
                return KeyAuthentication.Lacks(context.Caller(), Scopes.UsersRead);
            }

            var (view, fault) = await ViewAsync(grains, rules, new GuardrailTestBody(userId, channel ?? "push", null, programId), clock.Now);
            if (fault is not null)
            {
                return fault;
            }

            user = view;
        }

        Guardrails[] rails = program is null ? [settings.Guardrails] : [settings.Guardrails, program.Guardrails];
        // Without a user: of somebody who is known to be in the workspace's zone.
        var calendar = user?["calendar"]?.DeepClone().AsArray() ?? LimitsView.Calendar(WeekCalendar.Of(rails, channel ?? "push", new UserZone(settings.TimeZone, "attribute", clock.Now, null), clock.Now));
        user?.Remove("calendar");
        return Wire.Json(new EffectiveReply(
            effective.Sentence, effective.Limits, effective.Most, effective.Clashes, channel ?? "push", user?["timeZone"]?["id"]?.GetValue<string>() ?? settings.TimeZone, calendar, user));
    }

    static async Task<IResult> TestAsync(HttpContext context, RulesCache rules, IGrainFactory grains, IClock clock)
    {
        var (body, unreadable) = await JsonBody.ReadAsync<GuardrailTestBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        var (view, fault) = await ViewAsync(grains, rules, body!, body!.At is { } at ? Instant.From(at) : clock.Now);
        return fault ?? Wire.Json(view);
    }

    static async Task<(JsonObject? View, Problem? Fault)> ViewAsync(IGrainFactory grains, RulesCache rules, GuardrailTestBody asked, Instant at)
    {
        var category = asked.Category ?? "marketing";
        if ((RouteIds.Fault(asked.UserId) ?? Unknown("channel", asked.Channel, ProgramJson.Channels) ?? Unknown("category", category, ProgramJson.Categories)) is { } wrong)
        {
            return (null, wrong);
        }

        if (asked.ProgramId is { } id && rules.Current.Find(id) is null)
        {
            return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, "unknown_program", "No such live program", $"There is no live or paused program '{id}': agents know nothing of drafts. Ask without a user, or without the program.", [new("/programId", "unknown_program", id)]));
        }

        var view = await grains.GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, asked.UserId).ToString()).LimitsAsync(asked.ProgramId, asked.Channel, category, at);
        return (Wire.Object(view), null);
    }

    static Problem? Unknown(string field, string value, IReadOnlyList<string> allowed) => allowed.Contains(value)
        ? null
        : Problems.Of(StatusCodes.Status400BadRequest, "invalid_request", "The question is not valid", $"{field} must be one of {string.Join(", ", allowed)}; it is '{value}'.", [new("/" + field, "not_allowed", value)]);
}
