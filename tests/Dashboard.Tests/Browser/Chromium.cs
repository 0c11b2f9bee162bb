using Microsoft.Playwright;

namespace Aampe.Agents.Dashboard.Tests.Browser;

/// <summary>The distribution's Chromium. A machine without it fails these tests: they are not skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    IPlaywright? playwright;

    internal IBrowser Browser { get; private set; } = default!;

    public async Task InitializeAsync()
    {
        // A machine with much to do is slow, not wrong.
        Assertions.SetDefaultExpectTimeout(20_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Found(),
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"],
        });
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright?.Dispose();
    }

    static string Found() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin")
         from name in Names
         let file = Path.Combine(folder, name)
         where File.Exists(file)
         select file).FirstOrDefault()
        ?? throw new InvalidOperationException("No Chromium on this machine: apt-get install -y --no-install-recommends chromium fonts-dejavu-core");
}

[CollectionDefinition("browser")]
public sealed class BrowserTests : ICollectionFixture<Chromium>;

/// <summary>Tests against the whole silo, with a browser of their own: they wait for the silo while the others compute.</summary>
[CollectionDefinition("stories")]
public sealed class StoryTests : ICollectionFixture<Chromium>;
