using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary><c>/v1/programs/{id}/messages</c>: one message at a time, always in the draft.</summary>
static class CatalogueEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var messages = routes.MapGroup("/v1/programs/{id}/messages").WithTags("Catalogue");
        messages.MapGet("", ListAsync).RequireScope(Scopes.Console).WithName("Messages")
            .WithSummary("Messages of a program, its draft first, by id: q, channel, locale, label=set:action, change=new|changed|removed|same; how many fit, and where the pages around begin").Produces<MessagesReply>().Refuses(400, 401, 403, 404);
        messages.MapGet("/{messageId}", GetAsync).RequireScope(Scopes.Console).WithName("Message").WithSummary("One message's document").Produces<MessageReply>().Refuses(401, 403, 404);
        messages.MapPut("/{messageId}", PutAsync).RequireScope(Scopes.Programs).WithName("PutMessage").WithSummary("Write a message into the program's draft; needs If-Match with the program's version")
            .Accepts<JsonElement>("application/json").Produces<MessageReply>().Refuses(400, 401, 403, 404, 409, 412, 415, 422, 428);
        messages.MapDelete("/{messageId}", DeleteAsync).RequireScope(Scopes.Programs).WithName("RemoveMessage").WithSummary("Take a message out of the program's draft; needs If-Match")
            .Produces<ProgramItem>().Refuses(401, 403, 404, 409, 412, 422, 428);
        CataloguePreviewEndpoint.Map(messages);
        CatalogueFilesEndpoint.Map(messages);
    }

    static async Task<IResult> ListAsync(HttpContext context, string id, string? q, string? channel, string? locale, string? label, string? change, string? after, CatalogueIndex index)
    {
        var (limit, fault) = Paging.Limit(context);
        if (fault is not null)
        {
            return fault;
        }

        return await index.OfAsync(id) is { } messages
            ? Wire.Json(MessageItems.Page([.. messages.Where(item => MessageItems.Fits(item, q, channel, locale, label, change))], limit, after))
            : Problems.NotFound("program", id);
    }

    static async Task<IResult> GetAsync(HttpContext context, string id, string messageId, ProgramAnswers answers)
    {
        if (await answers.Catalogue.DetailAsync(id) is not { } detail || new ProgramMessages(detail).Find(messageId) is not { } found)
        {
            return Problems.NotFound("message", $"{id}/{messageId}");
        }

        context.Response.Headers.ETag = ProgramAnswers.Tag(detail.Version);
        return Wire.Json(new MessageReply(id, detail.Version, found.Change, JsonSerializer.SerializeToElement(found.Message)));
    }

    static async Task<IResult> PutAsync(HttpContext context, string id, string messageId, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (bytes, unreadable) = await Bodies.BytesAsync(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        JsonObject? message;
        try
        {
            message = JsonNode.Parse(bytes) as JsonObject;
        }
        catch (JsonException cause)
        {
            return JsonFaults.Of(cause);
        }

        if (message is null || ProgramMessages.Id(message) != messageId)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "id_mismatch", "Another message", $"The document is that of '{(message is null ? "nothing" : ProgramMessages.Id(message))}', the address that of '{messageId}'.", [new("/id", "id_mismatch", messageId)]);
        }

        var at = -1;
        return await ChangeAsync(context, id, answers, actors, messages => at = messages.Put(message), errors => Of(errors, at), messageId, stop);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, string id, string messageId, ProgramAnswers answers, Actors actors, CancellationToken stop) =>
        await ChangeAsync(context, id, answers, actors, messages => messages.Messages.RemoveAll(message => ProgramMessages.Id(message!) == messageId), errors => errors, null, stop);

    /// <summary>Changes the draft as a whole: a message alone cannot tell whether every label is still carried.</summary>
    internal static async Task<IResult> ChangeAsync(
        HttpContext context, string id, ProgramAnswers answers, Actors actors, Action<ProgramMessages> change, Func<IReadOnlyList<ProgramError>, IReadOnlyList<ProgramError>> place, string? shown, CancellationToken stop)
    {
        var (expected, refused) = ProgramAnswers.Expected(context);
        if (refused is not null)
        {
            return refused;
        }

        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        var messages = new ProgramMessages(detail);
        change(messages);
        var (program, faults) = answers.Check(messages.Bytes(), shown is null ? [] : [shown]);
        if (faults.Count > 0)
        {
            return ProgramAnswers.Invalid("invalid_message", "The message is not valid", place(faults));
        }

        // Without a version from the caller the one that was read here counts: nobody's word in between is lost.
        var done = await answers.Catalogue.EditAsync(id, ProgramJson.Write(program!), expected ?? detail.Version, await actors.CardAsync(context, stop));
        return done.Status != ChangeStatus.Done || shown is null ? await answers.AnswerAsync(context, id, done, stop) : await GetAsync(context, id, shown, answers);
    }

    /// <summary>Faults of one message with pointers into it; others as they are.</summary>
    static List<ProgramError> Of(IReadOnlyList<ProgramError> errors, int at)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"/messages/{at}/");
        return [.. errors.Select(error => error.Pointer.StartsWith(prefix, StringComparison.Ordinal) ? error with { Pointer = error.Pointer[(prefix.Length - 1)..] } : error)];
    }
}
