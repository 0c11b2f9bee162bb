using System.Text.Json;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>POST /v1/next</c>: many users in one call.</summary>
static class NextBulkEndpoint
{
    const int Most = 1_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/next", HandleAsync)
        .RequireScope(Scopes.NextMessage)
        .WithTags("Next message").WithName("NextMessages").WithSummary("Decide for up to 1,000 users in one call")
        .WithDescription("One result for each request, in order: the reply of the single route, or a problem with status and code. Questions for the same user are worked one after another.")
        .Accepts<BulkQuestion>("application/json").Produces<BulkReply>().Refuses(400, 401, 403, 413, 415, 422);

    static async Task<IResult> HandleAsync(HttpContext context, Asking asking, IOptions<ApiOptions> options, CancellationToken stop)
    {
        var (body, _, malformed) = await Bodies.ReadAsync<BulkQuestion>(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var questions = body!.Requests ?? [];
        if (questions.Count is 0 or > Most || questions.Any(question => question is null))
        {
            var detail = $"requests must have 1 to {Most} questions; it has {questions.Count}.";
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_request", "The call is not valid", detail, [new("/requests", "out_of_range", detail)]);
        }

        var results = new byte[questions.Count][];
        // One user's questions stay in order: the second may be answered by the decision of the first.
        var users = Enumerable.Range(0, questions.Count).GroupBy(i => questions[i].UserId ?? "", StringComparer.Ordinal);
        await Parallel.ForEachAsync(users, new ParallelOptions { MaxDegreeOfParallelism = options.Value.BulkParallel, CancellationToken = stop }, async (user, ct) =>
        {
            foreach (var i in user)
            {
                results[i] = await OneAsync(asking, questions[i], ct);
            }
        });
        return Wire.Raw(Join(results));
    }

    static async ValueTask<byte[]> OneAsync(Asking asking, NextQuestion question, CancellationToken stop)
    {
        var userId = question.UserId ?? "";
        if (RouteIds.Fault(userId) is { } invalid)
        {
            return Told(userId, invalid);
        }

        string hash;
        try
        {
            hash = question.IdempotencyKey is null ? "" : RecordHash.Of(CanonicalJson.Serialize(JsonSerializer.SerializeToElement(question with { IdempotencyKey = null, UserId = null }, Wire.Options)));
        }
        catch (Exception cause) when (cause is ArgumentException or InvalidOperationException)
        {
            return Told(userId, Problems.Of(StatusCodes.Status400BadRequest, "invalid_request", "The question is not valid", "The question holds a number beyond double precision, or half of a surrogate pair."));
        }

        var (reply, fault) = await asking.AskAsync(AgentKey.User(AgentKey.DefaultTenant, userId), question, hash, question.IdempotencyKey, limited: false, stop);
        return fault is null ? reply! : Told(userId, fault);
    }

    static byte[] Told(string userId, Problem problem) => Wire.Bytes(new
    {
        userId,
        type = Problems.TypePrefix + problem.Code,
        title = problem.Title,
        status = problem.Status,
        code = problem.Code,
        detail = problem.Detail,
        errors = problem.Errors,
    });

    static byte[] Join(byte[][] results)
    {
        using var joined = new MemoryStream();
        joined.Write("{\"results\":["u8);
        for (var i = 0; i < results.Length; i++)
        {
            joined.Write(i == 0 ? ""u8 : ","u8);
            joined.Write(results[i]);
        }

        joined.Write("]}"u8);
        return joined.ToArray();
    }
}
