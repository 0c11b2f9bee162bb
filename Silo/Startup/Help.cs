using System.Globalization;
using System.Text;
using Aampe.Agents.Silo.Options;

namespace Aampe.Agents.Silo.Startup;

/// <summary><c>--help</c> and <c>--version</c>.</summary>
public static class Help
{
    /// <summary>What to print instead of starting; null = start.</summary>
    public static string? Asked(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Any(one => one is "--help" or "-h" or "-?") ? Text() : arguments.Contains("--version") ? Version : null;
    }

    /// <summary>Version of this build.</summary>
    public static string Version => typeof(Help).Assembly.GetName().Version?.ToString(3) ?? "";

    static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine("Serves agents, API and console. No setting is needed.");
        text.AppendLine();
        text.AppendLine("  --Section:Key value        on the command line");
        text.AppendLine("  Section__Key=value         in the environment");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {{\"Section\":{{\"Key\":…}}}}     in the file {Serving.OperatorFile} of the working directory");
        text.AppendLine();
        text.AppendLine("Short forms: --port (Http:Port), --data (Data:Directory), --clock (Clock:Kind). What each means: docs/operations.md.");
        text.AppendLine();
        var width = KnownSettings.All.Max(one => one.Key.Length);
        foreach (var one in KnownSettings.All)
        {
            var preset = Convert.ToString(one.Default, CultureInfo.InvariantCulture) is { Length: > 0 } known ? known : "–";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {one.Key.PadRight(width)}  {preset,-10}  {one.Allowed}");
        }

        foreach (var key in KnownSettings.OfChannels)
        {
            text.Append("  ").AppendLine(key);
        }

        return text.ToString();
    }
}
