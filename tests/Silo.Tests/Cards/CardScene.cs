using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Cards;

/// <summary>A silo with a program that answers "Basket Filled" with a card at once.</summary>
static class CardScene
{
    public static JsonElement Program(string id = "cards") => JsonElement.Parse(RunningSilo.Program(id, channel: "in_app").GetRawText()
        .Replace("\"scheduled\": false", "\"trigger\": \"Basket Filled\"", StringComparison.Ordinal));

    /// <summary>Guardrails that let many cards through: what is tested here is not how often one may speak.</summary>
    const string Settings = """{"timeZone":"UTC","guardrails":{"id":"grd_none","quietHours":[],"caps":[]}}""";

    public static async Task<IAgentClient> LiveAsync(RunningSilo silo)
    {
        var agents = silo.Agents();
        var before = await agents.Admin.WorkspaceAsync();
        await agents.Admin.PutWorkspaceAsync(JsonElement.Parse(Settings), before.Version);
        await RunningSilo.LiveAsync(agents, Program());
        return agents;
    }

    public static async Task<string> TokenAsync(RunningSilo silo, string user, string body = "{}")
    {
        using var http = silo.Http();
        using var response = await http.PostAsync($"/v1/users/{user}/tokens", RunningSilo.Json(body));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public static async Task FillAsync(RunningSilo silo, string user, string id)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        using var response = await http.PostAsJsonAsync("/v1/track", new { userId = user, @event = "Basket Filled", messageId = id, writeKey = RunningSilo.WriteKey });
        response.EnsureSuccessStatusCode();
    }

    public static async Task<HttpResponseMessage> ReportAsync(RunningSilo silo, string token, string decision, string type, string? origin = null)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/decisions/{decision}/events") { Content = RunningSilo.Json($$"""[{"type":"{{type}}"}]""") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await http.SendAsync(request);
    }

    public static async Task<IReadOnlyList<TimelineEntry>> OfAsync(IAgentClient agents, string user, string kind) =>
        [.. (await agents.TimelineAsync(user, 100)).Items.Where(entry => entry.Kind == kind)];
}
