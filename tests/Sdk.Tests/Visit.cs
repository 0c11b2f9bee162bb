using Microsoft.Playwright;

namespace Aampe.Agents.Sdk.Tests;

/// <summary>One person in the shop, and everything that went wrong there.</summary>
sealed class Visit : IAsyncDisposable
{
    readonly IBrowserContext context;

    Visit(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    public IBrowserContext Context => context;

    public List<string> Wrong { get; } = [];

    public ILocator Card => Page.Locator("[data-agents-card] [role=dialog]");

    public static async Task<Visit> OpenAsync(IBrowser browser, string url, bool dark = false, int width = 1280, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        var context = await browser.NewContextAsync(new() { BaseURL = url, ViewportSize = new() { Width = width, Height = 720 }, ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light, ReducedMotion = motion, Locale = "en-GB", TimezoneId = "Europe/Paris" });
        var visit = new Visit(context, await context.NewPageAsync());
        visit.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                visit.Wrong.Add($"console {message.Type}: {message.Text}");
            }
        };
        visit.Page.PageError += (_, error) => visit.Wrong.Add("page error: " + error);
        visit.Page.Dialog += (_, dialog) => visit.Wrong.Add("dialog: " + dialog.Message);
        await visit.Page.GotoAsync("/");
        await Assertions.Expect(visit.Page.Locator("#who")).ToContainTextAsync("Signed in as");
        return visit;
    }

    public Task FillAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Add to basket" }).First.ClickAsync();

    public async Task<string[]> BrokenRulesAsync()
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Repository("tests/Dashboard.Tests/axe/node_modules/axe-core/axe.min.js")));
        return await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
              .violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' | ' + n.failureSummary.replace(/\s+/g, ' ')).join(' ;; '))
            """);
    }

    public Task ScreenshotAsync(string name) => Page.ScreenshotAsync(new() { Path = Repository($"artifacts/screenshots/{name}.png"), Animations = ScreenshotAnimations.Disabled });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    static string Repository(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Aampe.Agents.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), path);
    }
}
