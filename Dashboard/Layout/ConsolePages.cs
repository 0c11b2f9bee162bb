namespace Aampe.Agents.Dashboard.Layout;

/// <summary>A page of the console as the menu lists it.</summary>
/// <param name="Group">Heading it stands under.</param>
/// <param name="Title">What people read.</param>
/// <param name="Href">Its address.</param>
public sealed record ConsolePageLink(string Group, string Title, string Href)
{
    /// <summary>Name for browser tests: <c>nav-</c> and the address, or <c>nav-overview</c>.</summary>
    public string Test => Href == "/" ? "nav-overview" : "nav-" + Href[1..].Replace('/', '-');
}

/// <summary>The pages of the console, in the order of the menu.</summary>
public static class ConsolePages
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConsolePageLink> All { get; } =
    [
        new("Today", "Overview", "/"),
        new("Deciding", "Programs", "/programs"),
        new("Deciding", "Action sets", "/action-sets"),
        new("Deciding", "Catalogue", "/catalogue"),
        new("Deciding", "Content map", "/content-map"),
        new("Deciding", "Guardrails", "/guardrails"),
        new("Deciding", "Audiences and consent", "/audiences"),
        new("Proof", "Simulation", "/simulation"),
        new("Proof", "Experiments", "/experiments"),
        new("Proof", "Insights", "/insights"),
        new("People", "Inspector", "/inspector"),
        new("People", "Privacy", "/privacy"),
        new("Running", "Diagnostics", "/diagnostics"),
        new("Running", "Keys and channels", "/keys"),
        new("Running", "People and roles", "/people"),
        new("Running", "Audit", "/audit"),
    ];
}
