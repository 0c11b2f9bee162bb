namespace Aampe.Agents.Silo.Api;

/// <summary>What a problem looks like, for the description of the API.</summary>
public sealed record ProblemBody(string Type, string Title, int Status, string Code, string Detail, string Instance, string TraceId, IReadOnlyList<ProblemPart> Errors);

/// <summary>One fault inside a request.</summary>
public sealed record ProblemPart([property: System.Text.Json.Serialization.JsonPropertyName("pointer")] string At, string Code, string Detail);

/// <summary>Shorthand for describing endpoints.</summary>
static class Described
{
    /// <summary>Statuses that a route answers with a problem.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<ProblemBody>(status, "application/problem+json");
        }

        return route;
    }
}
