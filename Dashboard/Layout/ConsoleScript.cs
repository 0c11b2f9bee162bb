namespace Aampe.Agents.Dashboard.Layout;

/// <summary>The little that needs a script: the theme's cookie and the clipboard.</summary>
static class ConsoleScript
{
    internal const string Path = "./_content/Aampe.Agents.Dashboard/console.js";
}
