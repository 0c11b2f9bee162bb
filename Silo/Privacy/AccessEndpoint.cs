using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Privacy;

/// <summary><c>GET /v1/users/{id}/export</c>: everything that is held of one person, as one file that is written while it is read.</summary>
static class AccessEndpoint
{
    const int Page = 200;
    static readonly JsonWriterOptions writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/users/{id}/export", HandleAsync)
        .RequireScope(Scopes.UsersErase)
        .WithTags("Privacy").WithName("AccessFile").WithSummary("Everything held of one person, in one streamed JSON file (access, portability)")
        .WithDescription("Events, attributes, contact points, consents, decisions with their reasons, deliveries, effects, what was learned in plain words, cohorts, dead letters, retention. For an id of which nothing is held the lists are empty and known is false.")
        .Produces<JsonObject>().Refuses(400, 401, 403);

    static async Task<IResult> HandleAsync(
        HttpContext context, string id, IGrainFactory grains, FreshRows rows, IAgentStore store, IEnumerable<IPersonalStore> stores, PersonMarks marks, RulesCache rules, ICohortView cohorts,
        IClock clock, IOptions<LogOptions> log, IOptions<GrainsOptions> options, CancellationToken stop)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var lives = new List<(AgentKey Key, JsonObject? Held)> { (agent, await HeldAsync(grains, agent)) };
        foreach (var joined in lives[0].Held?["mergedFrom"]?.AsArray().Select(one => one!.GetValue<string>()).ToList() ?? [])
        {
            var key = AgentKey.Anonymous(agent.Tenant, joined);
            lives.Add((key, await HeldAsync(grains, key)));
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"access-{marks.HashOf(agent)[..12]}.json\"";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, writing);
        json.WriteStartObject();
        json.WriteString("userId", agent.Id);
        json.WriteString("exportedAt", clock.Now.ToString());
        json.WriteBoolean("known", lives[0].Held is not null);
        json.WriteBoolean("suppressed", marks.Find(agent) is { Suppressed: true });
        json.WriteString("erasedBeforeAt", marks.Find(agent)?.ErasedAt?.ToString());
        Write(json, "profile", lives[0].Held);
        Write(json, "anonymousLives", new JsonArray([.. lives.Skip(1).Select(life => (JsonNode?)life.Held)]));
        Write(json, "cohorts", new JsonArray([.. await CohortsAsync(lives[0].Held, rules, cohorts)]));
        await WriteAsync(json, "timeline", TimelineAsync(lives, rows, store, stop), context, stop);
        await WriteAsync(json, "decisions", RecordsAsync(lives, rows, store, effects: false, stop), context, stop);
        await WriteAsync(json, "effects", RecordsAsync(lives, rows, store, effects: true, stop), context, stop);
        json.WriteStartObject("stores");
        foreach (var one in stores)
        {
            await WriteAsync(json, one.Name, one.ReadAsync([.. lives.Select(life => life.Key)], stop), context, stop);
            if (one.Remains is { } remains)
            {
                json.WriteString(one.Name + ":note", remains);
            }
        }

        json.WriteEndObject();
        Write(json, "retention", JsonSerializer.SerializeToNode(RetentionEndpoint.Of(log.Value, options.Value), Wire.Options));
        json.WriteEndObject();
        await json.FlushAsync(stop);
        return Results.Empty;
    }

    static async Task<JsonObject?> HeldAsync(IGrainFactory grains, AgentKey agent)
    {
        var held = await grains.GetGrain<IUserAgent>(agent.ToString()).HoldingsAsync();
        return held.Length == 0 ? null : Wire.Object(held);
    }

    static async Task<List<JsonNode?>> CohortsAsync(JsonObject? held, RulesCache rules, ICohortView cohorts)
    {
        var found = new List<JsonNode?>();
        if (held is null)
        {
            return found;
        }

        var name = $"{AgentKey.DefaultTenant}/u:{held.Text("userId")}";
        foreach (var program in rules.Programs)
        {
            var cohort = await cohorts.OfAsync(program.Id);
            found.Add(new JsonObject
            {
                ["programId"] = program.Id,
                ["comparedWithOthersAsOf"] = cohort.Version == 0 ? null : cohort.AsOf.ToString(),
                ["usersInPanel"] = cohort.Panel,
                ["isAmongThoseCompared"] = cohort.Controls.Any(control => control.Agent == name),
            });
        }

        return found;
    }

    static async IAsyncEnumerable<JsonNode> TimelineAsync(
        IReadOnlyList<(AgentKey Key, JsonObject? Held)> lives, FreshRows rows, IAgentStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var (key, _) in lives)
        {
            await rows.OfAsync(key, stop);
            for (var before = long.MaxValue; await store.JournalAsync(key.ToString(), before, Page, stop) is { Count: > 0 } some; before = some[^1].FirstSequence)
            {
                foreach (var entry in some.SelectMany(row => AgentJournal.Read(row.Entries).Reverse()))
                {
                    yield return entry!;
                }
            }
        }
    }

    static async IAsyncEnumerable<JsonNode> RecordsAsync(
        IReadOnlyList<(AgentKey Key, JsonObject? Held)> lives, FreshRows rows, IAgentStore store, bool effects, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var (key, held) in lives)
        {
            await rows.OfAsync(key, stop);
            foreach (var id in held?["decisionIds"]?.AsArray().Select(one => one!.GetValue<string>()) ?? [])
            {
                var record = effects ? (await store.EffectAsync(id, stop))?.Receipt : (await store.DecisionAsync(id, stop))?.Record;
                if (record is { } bytes)
                {
                    yield return JsonNode.Parse(bytes.Span)!;
                }
            }
        }
    }

    static void Write(Utf8JsonWriter json, string name, JsonNode? value)
    {
        json.WritePropertyName(name);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            value.WriteTo(json);
        }
    }

    static async Task WriteAsync(Utf8JsonWriter json, string name, IAsyncEnumerable<JsonNode> items, HttpContext context, CancellationToken stop)
    {
        json.WriteStartArray(name);
        await foreach (var item in items.WithCancellation(stop))
        {
            item.WriteTo(json);
            if (json.BytesPending > 32_768)
            {
                await json.FlushAsync(stop);
                await context.Response.BodyWriter.FlushAsync(stop);
            }
        }

        json.WriteEndArray();
    }
}
