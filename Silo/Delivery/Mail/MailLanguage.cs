using System.Text.RegularExpressions;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>Says in the HTML of a mail which language it speaks and which way that is written: readers draw and read it aloud by that.</summary>
static partial class MailLanguage
{
    /// <summary>The HTML with <c>lang</c> and <c>dir</c> where it states none: on its root element, on its body, or around it.</summary>
    /// <param name="language">BCP 47 tag of letters, digits and hyphens.</param>
    /// <param name="direction">ltr or rtl.</param>
    public static string Of(string html, string language, string direction)
    {
        if (Root().Match(html) is not { Success: true } tag)
        {
            return $"<div lang=\"{language}\" dir=\"{direction}\">{html}</div>";
        }

        var told = (States(tag.Value, "lang") ? "" : $" lang=\"{language}\"") + (States(tag.Value, "dir") ? "" : $" dir=\"{direction}\"");
        return html.Insert(tag.Index + tag.Groups["name"].Length + 1, told);
    }

    static bool States(string tag, string attribute) => Attributes().Matches(tag).Any(one => one.Groups["name"].Value.Equals(attribute, StringComparison.OrdinalIgnoreCase));

    // The first of the two, wherever it stands: HTML without a root element may still have a body.
    [GeneratedRegex("<(?<name>html|body)(\\s[^>]*)?>", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Root();

    [GeneratedRegex("\\s(?<name>[a-zA-Z-]+)\\s*=", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Attributes();
}
