using System.Text;
using MimeKit.Text;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>The text of a mail that has HTML only: readers without HTML, and filters that distrust mail without a text, get one too.</summary>
static class HtmlAsText
{
    static readonly HashSet<HtmlTagId> Blocks =
    [
        HtmlTagId.P, HtmlTagId.Div, HtmlTagId.TR, HtmlTagId.Table, HtmlTagId.LI, HtmlTagId.UL, HtmlTagId.OL, HtmlTagId.Br, HtmlTagId.HR,
        HtmlTagId.H1, HtmlTagId.H2, HtmlTagId.H3, HtmlTagId.H4, HtmlTagId.H5, HtmlTagId.H6, HtmlTagId.BlockQuote, HtmlTagId.Pre,
    ];

    static readonly HashSet<HtmlTagId> Unseen = [HtmlTagId.Style, HtmlTagId.Script, HtmlTagId.Head, HtmlTagId.Title];

    /// <summary>What a reader would see, links with their address behind them.</summary>
    public static string Of(string html)
    {
        var text = new StringBuilder();
        var links = new Stack<string?>();
        var unseen = 0;
        using var reader = new StringReader(html);
        var tokens = new HtmlTokenizer(reader) { DecodeCharacterReferences = true };
        while (tokens.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken tag when Unseen.Contains(tag.Id):
                    unseen = Math.Max(0, unseen + (tag.IsEndTag ? -1 : tag.IsEmptyElement ? 0 : 1));
                    break;
                case HtmlTagToken { Id: HtmlTagId.A, IsEndTag: false } link:
                    links.Push(link.Attributes.FirstOrDefault(attribute => attribute.Id == HtmlAttributeId.Href)?.Value);
                    break;
                case HtmlTagToken { Id: HtmlTagId.A } when links.TryPop(out var address):
                    text.Append(address is { Length: > 0 } ? $" ({address})" : "");
                    break;
                case HtmlTagToken tag when Blocks.Contains(tag.Id):
                    text.Append('\n');
                    break;
                case HtmlDataToken data when unseen == 0 && token.Kind == HtmlTokenKind.Data:
                    text.Append(string.Join(' ', data.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? Spaced(data.Data, words) : []));
                    break;
                default:
                    break;
            }
        }

        return string.Join('\n', Paragraphs(text.ToString()));
    }

    // Spaces at the ends of a run matter: they part it from the bold word beside it.
    static string[] Spaced(string data, string[] words)
    {
        words[0] = char.IsWhiteSpace(data[0]) ? " " + words[0] : words[0];
        words[^1] = char.IsWhiteSpace(data[^1]) ? words[^1] + " " : words[^1];
        return words;
    }

    // At most one empty line between two others.
    static IEnumerable<string> Paragraphs(string text)
    {
        var (empty, begun) = (false, false);
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.Length == 0)
            {
                empty = begun;
                continue;
            }

            if (empty)
            {
                yield return "";
            }

            yield return line;
            (empty, begun) = (false, true);
        }
    }
}
