using Microsoft.AspNetCore.Http;
using MudBlazor;

namespace Aampe.Agents.Dashboard.Layout;

/// <summary>Colours and type. The same values stand in wwwroot/console.css for what MudBlazor does not draw.</summary>
static class ConsoleTheme
{
    internal const string Auto = "auto", Light = "light", Dark = "dark", Cookie = "aampe.theme";

    static readonly string[] SystemFonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"];

    internal static readonly MudTheme Look = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1f5fa8", PrimaryContrastText = "#ffffff", Secondary = "#147a5c",
            Background = "#f6f7f9", Surface = "#ffffff", AppbarBackground = "#ffffff", AppbarText = "#1b2430",
            TextPrimary = "#1b2430", TextSecondary = "#515d6b", TextDisabled = "#6b7683", LinesDefault = "#dde2e8", LinesInputs = "#7b8794",
            Error = "#b3261e", Warning = "#8a5200", Success = "#147a5c", Info = "#1f5fa8",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8ab8f0", PrimaryContrastText = "#0e1a28", Secondary = "#5cc9a4",
            Background = "#11161d", Surface = "#182029", AppbarBackground = "#182029", AppbarText = "#e6ebf1",
            TextPrimary = "#e6ebf1", TextSecondary = "#a9b5c2", TextDisabled = "#8a97a5", LinesDefault = "#2b3643", LinesInputs = "#7b8896",
            Error = "#ff9d94", Warning = "#f0ad66", Success = "#5cc9a4", Info = "#8ab8f0",
            ErrorContrastText = "#2b0b08", WarningContrastText = "#2a1700", SuccessContrastText = "#06251a", InfoContrastText = "#0e1a28",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = SystemFonts, FontSize = ".9375rem" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };

    /// <summary>The choice that the browser remembers; auto when it made none.</summary>
    internal static string Read(HttpContext http) => http.Request.Cookies[Cookie] is Light or Dark ? http.Request.Cookies[Cookie]! : Auto;
}
