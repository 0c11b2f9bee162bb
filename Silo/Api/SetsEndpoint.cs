using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

/// <summary>The action sets of a program alone: its messages can be megabytes.</summary>
/// <param name="Document"><c>{"actionSets": […]}</c> of the draft, or of what is live where there is none.</param>
/// <param name="Live">Labels of what is live, by set: they can be retired, not removed. Null when nothing ever was.</param>
/// <param name="Carried">Messages of the draft that carry each label, by set and label.</param>
/// <param name="Made">Messages that this change made, so that each new label has one to begin with.</param>
public sealed record SetsReply(
    string Program, long Version, JsonElement Document, IReadOnlyDictionary<string, IReadOnlyList<string>>? Live, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Carried, IReadOnlyList<string> Made);

/// <summary><c>/v1/programs/{id}/sets</c>: what a program chooses from, written into its draft.</summary>
static class SetsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/programs/{id}/sets", GetAsync).RequireScope(Scopes.Console).WithTags("Programs").WithName("Sets")
            .WithSummary("Action sets of a program, its draft first, with how many messages carry each label").Produces<SetsReply>().Refuses(401, 403, 404);
        routes.MapPut("/v1/programs/{id}/sets", PutAsync).RequireScope(Scopes.Programs).WithTags("Programs").WithName("PutSets")
            .WithSummary("Write the action sets into the program's draft; needs If-Match with the program's version")
            .WithDescription("Body: {\"actionSets\": […]} as in docs/program-file.md. A label that is live is retired, never removed, and never comes back. A new content or incentive label gets a copy of a message to begin with.")
            .Accepts<JsonElement>("application/json").Produces<SetsReply>().Refuses(400, 401, 403, 404, 409, 412, 415, 422, 428);
    }

    static async Task<IResult> GetAsync(HttpContext context, string id, ProgramAnswers answers)
    {
        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        context.Response.Headers.ETag = ProgramAnswers.Tag(detail.Version);
        return Wire.Json(Reply(detail, []));
    }

    static async Task<IResult> PutAsync(HttpContext context, string id, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (expected, bytes, refused) = await ProgramAnswers.EditAsync(context);
        if (refused is not null)
        {
            return refused;
        }

        JsonArray? sets;
        try
        {
            sets = JsonNode.Parse(bytes) is JsonObject { Count: 1 } body && body["actionSets"] is JsonArray given ? given.DeepClone().AsArray() : null;
        }
        catch (JsonException cause)
        {
            return JsonFaults.Of(cause);
        }

        if (sets is null)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_sets", "The sets are not valid", "The body is an object with one field, actionSets, a list.", [new("/actionSets", ProgramErrorCode.Missing, "a list of 1 to 10 sets")]);
        }

        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        if (ActionSetEdits.Faults(Sets(detail.Live), sets) is { Count: > 0 } lost)
        {
            return ProgramAnswers.Invalid("invalid_sets", "The sets are not valid", lost);
        }

        var program = JsonNode.Parse(Newest(detail))!.AsObject();
        program["actionSets"] = sets;
        var made = ActionSetEdits.Cover(program);
        var (sound, faults) = answers.Check(JsonSerializer.SerializeToUtf8Bytes(program), made);
        if (faults.Count > 0)
        {
            return ProgramAnswers.Invalid("invalid_sets", "The sets are not valid", faults);
        }

        var done = await answers.Catalogue.EditAsync(id, ProgramJson.Write(sound!), expected ?? detail.Version, await actors.CardAsync(context, stop));
        if (done.Status != ChangeStatus.Done)
        {
            return await answers.AnswerAsync(context, id, done, stop);
        }

        context.Response.Headers.ETag = ProgramAnswers.Tag(done.Version);
        return await answers.Catalogue.DetailAsync(id) is { } now ? Wire.Json(Reply(now, made)) : Problems.NotFound("program", id);
    }

    static SetsReply Reply(ProgramDetail detail, IReadOnlyList<string> made)
    {
        using var program = JsonDocument.Parse(Newest(detail));
        var sets = program.RootElement.GetProperty("actionSets");
        var carried = sets.EnumerateArray().ToDictionary(Id, set => set.GetProperty("actions").EnumerateArray().ToDictionary(Id, _ => 0, StringComparer.Ordinal), StringComparer.Ordinal);
        var channel = sets.EnumerateArray().Where(set => set.GetProperty("dimension").GetString() == "channel").Select(Id).FirstOrDefault();
        foreach (var message in program.RootElement.GetProperty("messages").EnumerateArray())
        {
            if (message.TryGetProperty("labels", out var labels))
            {
                foreach (var label in labels.EnumerateObject().Where(label => label.Name != channel))
                {
                    Count(carried, label.Name, label.Value.GetString()!);
                }
            }

            if (channel is not null)
            {
                Count(carried, channel, message.GetProperty("channel").GetString()!);
            }
        }

        return new SetsReply(
            detail.Id, detail.Version, JsonSerializer.SerializeToElement(new JsonObject { ["actionSets"] = JsonArray.Create(sets) }),
            Sets(detail.Live)?.OfType<JsonObject>().ToDictionary(set => set["id"]!.GetValue<string>(), set => (IReadOnlyList<string>)[.. set["actions"]!.AsArray().Select(action => action!["id"]!.GetValue<string>())], StringComparer.Ordinal),
            carried.ToDictionary(set => set.Key, set => (IReadOnlyDictionary<string, int>)set.Value, StringComparer.Ordinal), made);
    }

    static void Count(Dictionary<string, Dictionary<string, int>> carried, string set, string action)
    {
        if (carried.TryGetValue(set, out var actions) && actions.TryGetValue(action, out var so))
        {
            actions[action] = so + 1;
        }
    }

    static byte[] Newest(ProgramDetail detail) => detail.Draft.Length > 0 ? detail.Draft : detail.Live;

    static JsonArray? Sets(byte[] document) => document.Length == 0 ? null : JsonNode.Parse(document)!["actionSets"]?.AsArray();

    static string Id(JsonElement item) => item.GetProperty("id").GetString()!;
}
