using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>docs/api/README.md and the running silo say the same.</summary>
public sealed partial class PageTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    static readonly string[] Tags = ["Next message", "Decisions", "Users", "Programs", "Workspace", "Operations", "Keys", "Sources", "Channels"];

    static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Aampe.Agents.sln")))
        {
            at = at.Parent;
        }

        return at!.FullName;
    }

    static string Page() => File.ReadAllText(Path.Combine(Root(), "docs", "api", "README.md"));

    [Fact]
    public async Task Every_route_of_the_page_exists_and_every_route_is_on_the_page()
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        var document = JsonElement.Parse(await http.GetStringAsync("/openapi/v1.json"));
        var all = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(one => (Route: $"{one.Name.ToUpperInvariant()} {path.Name}", Tag: one.Value.GetProperty("tags")[0].GetString()!))).ToArray();
        var written = Route().Matches(Page()).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(written);
        Assert.Empty(written.Except(all.Select(one => one.Route)));
        Assert.Empty(all.Where(one => Tags.Contains(one.Tag)).Select(one => one.Route).Except(written));
    }

    [Fact]
    public void Every_code_of_the_silo_is_on_the_page()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root(), "Silo"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        var codes = sources.SelectMany(text => Code().Matches(text).Select(match => match.Groups[1].Value)).ToHashSet();
        var page = Page();
        Assert.True(codes.Count > 20);
        Assert.DoesNotContain(codes, code => !page.Contains($"`{code}`", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\| `((?:GET|POST|PUT|DELETE) /v1/[^`]*)` \|")]
    private static partial Regex Route();

    [GeneratedRegex(@"Problems\.(?:Of|TooMany)\([^""]*""([a-z_]+)""")]
    private static partial Regex Code();
}
