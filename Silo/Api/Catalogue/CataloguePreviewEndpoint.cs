using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>What a message looks like for a real user, a set of attributes, or nobody. Nothing is stored.</summary>
static class CataloguePreviewEndpoint
{
    public static void Map(IEndpointRouteBuilder messages) => messages.MapPost("/preview", PreviewAsync).RequireScope(Scopes.Console).WithName("PreviewMessage")
        .WithSummary("A message as a user would see it, with the variables that took their default and what is worth a second look")
        .Accepts<PreviewBody>("application/json").Produces<PreviewReply>().Refuses(400, 401, 403, 404, 415, 422);

    static async Task<IResult> PreviewAsync(HttpContext context, string id, ProgramAnswers answers, MessageRenderer renderer, IGrainFactory grains, IClock clock)
    {
        var (body, fault) = await JsonBody.ReadAsync<PreviewBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        var messages = new ProgramMessages(detail);
        var wanted = body!.MessageId;
        if (body.Message is { ValueKind: JsonValueKind.Object } written && JsonObject.Create(written) is { } draft)
        {
            wanted = ProgramMessages.Id(draft);
            messages.Put(draft);
        }

        var (program, faults) = answers.Check(messages.Bytes(), wanted is null ? [] : [wanted]);
        if (program is null)
        {
            return ProgramAnswers.Invalid("invalid_message", "The message is not valid", faults);
        }

        if (program.Messages.FirstOrDefault(message => message.Id == wanted) is not { } asked)
        {
            return Problems.NotFound("message", $"{id}/{wanted}");
        }

        var (attributes, refused) = await AttributesAsync(context, body, grains);
        if (refused is not null)
        {
            return refused;
        }

        var message = body.Locale is null ? asked : Locales.Serve(program.Messages, asked, body.Locale);
        try
        {
            var rendered = renderer.Render(message, new RenderInputs(attributes, "dec_preview", id, clock.Now.ToDateTimeOffset()));
            return Wire.Json(new PreviewReply(message.Id, message.Channel, message.Locale, WritingDirection.Of(message.Locale), rendered.Content, rendered.Defaulted, [.. CopyLints.Of(message, rendered.Content).Select(lint => new LintReply(lint.Field, lint.Code, lint.Detail))]));
        }
        catch (RenderException wrong)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, wrong.Code, "The message cannot be rendered", wrong.Message, [new($"/content/{wrong.Field}", wrong.Code, wrong.Detail)]);
        }
    }

    static async ValueTask<(byte[] Attributes, Problem? Fault)> AttributesAsync(HttpContext context, PreviewBody body, IGrainFactory grains)
    {
        if (body.UserId is not { Length: > 0 } user)
        {
            return (body.Attributes is { ValueKind: JsonValueKind.Object } given ? JsonSerializer.SerializeToUtf8Bytes(given) : [], null);
        }

        // A real user's attributes are that user's data.
        if (!context.Caller().May(Scopes.UsersRead))
        {
            return ([], KeyAuthentication.Lacks(context.Caller(), Scopes.UsersRead));
        }

        var snapshot = await grains.GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, user).ToString()).SnapshotAsync();
        return snapshot.Exists
            ? (JsonSerializer.SerializeToUtf8Bytes(Wire.Object(snapshot.Json)["attributes"]), null)
            : ([], Problems.NotFound("user", user));
    }
}
