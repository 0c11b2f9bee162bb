using Microsoft.Playwright;

namespace Aampe.Agents.Dashboard.Tests.Browser;

/// <summary>One person at one screen, and everything that went wrong on it.</summary>
sealed class Visit : IAsyncDisposable
{
    static readonly string Axe = File.ReadAllText(Repository("tests/Dashboard.Tests/axe/node_modules/axe-core/axe.min.js"));

    readonly IBrowserContext context;
    readonly string url;
    readonly bool dark;
    readonly List<string> wrong = [];

    Visit(IBrowserContext context, IPage page, string url, bool dark) => (this.context, Page, this.url, this.dark) = (context, page, url, dark);

    public IPage Page { get; }

    /// <summary>Console errors and warnings, page errors, failed requests and requests to other hosts.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    public static async Task<Visit> OpenAsync(IBrowser browser, string url, bool dark = false, int width = 1280)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = url,
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "de-DE",
            TimezoneId = "Europe/Berlin",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var visit = new Visit(context, await context.NewPageAsync(), url, dark);
        visit.Watch();
        return visit;
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    public async Task SignInAsync(string password = FakeAccess.Password, string to = "/")
    {
        await Page.GotoAsync(to);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await LiveAsync();
    }

    /// <summary>Signs in by name.</summary>
    public async Task EnterAsync(string name, string password, string to = "/")
    {
        await Page.GotoAsync(to);
        await Page.GetByLabel("Name").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await LiveAsync();
    }

    /// <summary>Goes by Tab until the focus is, visibly, on an element: whoever has no mouse must come there and see where they are.</summary>
    public async Task TabToAsync(string test)
    {
        for (var presses = 0; presses < 150; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await Page.EvaluateAsync<bool>("t => document.activeElement?.closest('[data-test]')?.dataset.test === t && document.activeElement.matches(':focus-visible')", test))
            {
                return;
            }
        }

        Assert.Fail($"The keyboard does not come to {test} on {Page.Url}.");
    }

    public async Task GotoAsync(string path)
    {
        await Page.GotoAsync(path);
        await LiveAsync();
    }

    public async Task LiveAsync()
    {
        try
        {
            await Page.Locator("main[data-interactive=true]").WaitForAsync(new() { Timeout = 20_000 });
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"{Page.Url} did not become interactive; {string.Join("; ", wrong.DefaultIfEmpty("nothing was reported"))}", late);
        }
    }

    public ILocator Test(string name) => Page.Locator($"[data-test='{name}']");

    /// <summary>Rules of WCAG 2.2 AA that the page breaks. In the dark only those about colour: the document is that of the light page, which is asked everything.</summary>
    public async Task<string[]> BrokenRulesAsync()
    {
        await Page.EvaluateAsync(Axe);
        return await Page.EvaluateAsync<string[]>("""
            async dark => (await axe.run(document, { resultTypes: ['violations'], runOnly: dark ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } : ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
              .violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' | ' + n.failureSummary.replace(/\s+/g, ' ')).join(' ;; '))
            """, dark);
    }

    /// <summary>How far the page is wider than the screen.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    public async Task ScreenshotAsync(string name)
    {
        await Page.EvaluateAsync("() => document.fonts.ready");
        await Page.ScreenshotAsync(new() { Path = Repository($"artifacts/screenshots/{name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
    }

    void Watch()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                wrong.Add($"console {message.Type}: {message.Text}");
            }
        };
        Page.PageError += (_, error) => wrong.Add("page error: " + error);
        Page.RequestFailed += (_, request) => wrong.Add($"failed: {request.Method} {request.Url} {request.Failure}");
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(url, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                wrong.Add("outside: " + request.Url);
            }
        };
    }

    public static string Repository(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Aampe.Agents.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), path);
    }
}
