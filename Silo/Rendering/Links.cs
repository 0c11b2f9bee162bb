using System.Text.RegularExpressions;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Links in copy: only safe schemes, and the decision id in each, so that a click comes back with it.</summary>
static partial class Links
{
    static readonly string[] Refused = ["http", "javascript", "data", "vbscript", "file", "blob", "about", "view-source", "ftp"];

    /// <summary>Whether a field of the content is one link.</summary>
    public static bool IsLink(string field) => field.Split('.')[^1] is "url" or "deepLink" or "link" or "image";

    /// <summary>Whether clicks on the field come back: pictures are links that nobody clicks.</summary>
    public static bool IsClicked(string field) => IsLink(field) && !field.EndsWith("image", StringComparison.Ordinal);

    /// <summary>The link, checked.</summary>
    /// <exception cref="RenderException">It is no absolute https or app link.</exception>
    public static string Check(string field, string link)
    {
        var trimmed = link.Trim();
        // A one-letter scheme is a drive; an app has a longer name.
        return Uri.TryCreate(trimmed, UriKind.Absolute, out var uri) && uri.Scheme.Length > 1 && !Refused.Contains(uri.Scheme, StringComparer.OrdinalIgnoreCase) && !trimmed.Any(char.IsWhiteSpace)
            ? trimmed
            : throw new RenderException(field, "unsafe_url", $"'{(trimmed.Length > 80 ? trimmed[..80] : trimmed)}' is not allowed; a link is https or the scheme of an app.");
    }

    /// <summary>The link with <c>aid=</c> and the decision id.</summary>
    public static string WithDecision(string link, string decisionId)
    {
        if (decisionId.Length == 0)
        {
            return link;
        }

        var cut = link.IndexOf('#', StringComparison.Ordinal);
        var (address, fragment) = cut < 0 ? (link, "") : (link[..cut], link[cut..]);
        var separator = address.Contains('?', StringComparison.Ordinal) ? address[^1] is '?' or '&' ? "" : "&" : "?";
        return $"{address}{separator}aid={Uri.EscapeDataString(decisionId)}{fragment}";
    }

    /// <summary>HTML with the decision id in every https link of it.</summary>
    public static string InHtml(string html, string decisionId) => decisionId.Length == 0
        ? html
        : Anchor().Replace(html, found => $"{found.Groups[1].Value}{WithDecision(found.Groups[2].Value, decisionId)}\"");

    [GeneratedRegex("(<a\\s[^>]*?href=\")(https://[^\"]*)\"", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Anchor();
}
