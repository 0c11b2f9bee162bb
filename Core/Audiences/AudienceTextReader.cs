using System.Collections.Immutable;
using System.Globalization;

namespace Aampe.Agents.Core.Audiences;

/// <summary>Reads the words of a rule, one after the other; what does not fit is a <see cref="FormatException"/> that says where and what could stand there.</summary>
sealed class AudienceTextReader
{
    static readonly string[] Words = ["and", "or", "not", "all", "any", "did", "seen", "consent", "reachable", "lifecycle", "audience", "attribute", "is", "exists", "in", "at", "to"];

    readonly List<(string Word, bool Quoted, int At)> words = [];
    readonly int end;
    int next;
    int depth;

    public AudienceTextReader(string text)
    {
        end = text.Length;
        var i = 0;
        while (i < text.Length)
        {
            i = char.IsWhiteSpace(text[i]) ? i + 1 : Word(text, i);
        }
    }

    /// <summary>Whether a name can stand without quotes.</summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(IsOfWord) && !Words.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The rule that all words together are.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public AudienceRule Read()
    {
        var rule = Or();
        return next == words.Count ? rule : throw Wrong("and, or, or the end");
    }

    static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';

    int Word(string text, int from)
    {
        if (text[from] == '"')
        {
            return Quoted(text, from);
        }

        if (text[from] is '(' or ')' or ',')
        {
            words.Add((text[from].ToString(), false, from));
            return from + 1;
        }

        if (text[from] is '>' or '<' or '=')
        {
            var sign = from + 1 < text.Length && text[from + 1] == '=' ? 2 : 1;
            words.Add((text.Substring(from, sign), false, from));
            return from + sign;
        }

        var to = from;
        while (to < text.Length && (IsOfWord(text[to]) || text[to] == '+'))
        {
            to++;
        }

        if (to == from)
        {
            throw new FormatException($"character {from + 1}: '{text[from]}' has no meaning here; put texts into \"quotes\"");
        }

        words.Add((text[from..to], false, from));
        return to;
    }

    int Quoted(string text, int from)
    {
        var content = new System.Text.StringBuilder();
        for (var i = from + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                words.Add((content.ToString(), true, from));
                return i + 1;
            }

            i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
            content.Append(text[i]);
        }

        throw new FormatException($"character {from + 1}: the text that begins here does not end; close it with \"");
    }

    AudienceRule Or() => Chain("or", And, parts => new AudienceRule.Any(parts));

    AudienceRule And() => Chain("and", Unary, parts => new AudienceRule.All(parts));

    AudienceRule Chain(string word, Func<AudienceRule> part, Func<ImmutableArray<AudienceRule>, AudienceRule> join)
    {
        var parts = ImmutableArray.Create(part());
        while (Take(word))
        {
            parts = parts.Add(part());
        }

        return parts.Length == 1 ? parts[0] : join(parts);
    }

    AudienceRule Unary()
    {
        // Deeper than any rule may be, and far from what a stack holds.
        if (++depth > 4 * AudienceRule.Deepest)
        {
            throw new FormatException($"a rule is nested at most {AudienceRule.Deepest} deep");
        }

        var rule = Take("not") ? new AudienceRule.Not(Unary())
            : Take("all") ? new AudienceRule.All([Bracket()])
            : Take("any") ? new AudienceRule.Any([Bracket()])
            : Is("(") ? Bracket()
            : Primary();
        depth--;
        return rule;
    }

    AudienceRule Bracket()
    {
        Need("(");
        var rule = Or();
        Need(")");
        return rule;
    }

    AudienceRule Primary()
    {
        if (Take("did"))
        {
            return Did();
        }

        if (Take("seen"))
        {
            return new AudienceRule.Seen(InDays());
        }

        if (Take("consent"))
        {
            return new AudienceRule.Consented(Plain("a channel"), Plain("marketing or service"), Plain("granted, denied or unknown"));
        }

        if (Take("reachable"))
        {
            _ = Take("by");
            return new AudienceRule.Reachable(Plain("a channel"));
        }

        if (Take("lifecycle"))
        {
            return new AudienceRule.Lifecycle(List(() => Plain("new, active, lapsing or lapsed")));
        }

        return Take("audience") ? new AudienceRule.In(Text("the id of an audience")) : Attribute();
    }

    AudienceRule.Did Did()
    {
        var name = Text("the name of an event");
        var (least, most) = (1, (int?)null);
        if (Take("at"))
        {
            var upper = Take("most");
            if (!upper)
            {
                Need("least");
            }

            var count = Count();
            (least, most) = (upper ? 0 : count, upper ? count : null);
            TakeTimes();
        }
        else if (!Is("in") && !Is("for"))
        {
            least = Count();
            most = Take("to") ? Count() : least;
            TakeTimes();
        }

        return new AudienceRule.Did(name, least, most, InDays());
    }

    void TakeTimes() => _ = Take("times") || Take("time");

    int InDays()
    {
        if (!Take("in") && !Take("for"))
        {
            throw Wrong("in");
        }

        var days = Count();
        return Take("days") || Take("day") ? days : throw Wrong("days");
    }

    AudienceRule Attribute()
    {
        var name = Take("attribute") ? Text("the name of an attribute")
            : next < words.Count && words[next] is { Quoted: false } word && IsPlainName(word.Word) ? words[next++].Word
            : throw Wrong("did, seen, consent, reachable, lifecycle, audience, not, ( or the name of an attribute");
        if (Take("exists"))
        {
            return new AudienceRule.Has(name);
        }

        foreach (var (sign, by) in AudienceText.Comparisons)
        {
            if (Take(sign))
            {
                return new AudienceRule.Number(name, by, Number());
            }
        }

        return Take("is") || Take("=") ? new AudienceRule.Is(name, List(() => Text("a value"))) : throw Wrong("is, exists, >=, <=, > or <");
    }

    ImmutableArray<T> List<T>(Func<T> item)
    {
        var items = ImmutableArray.Create(item());
        while (Take(","))
        {
            items = items.Add(item());
        }

        return items;
    }

    // A value may stand without quotes where it is one word.
    string Text(string what) => next < words.Count && (words[next].Quoted || words[next].Word.All(IsOfWord)) ? words[next++].Word : throw Wrong(what);

    string Plain(string what) => next < words.Count && !words[next].Quoted && words[next].Word.All(IsOfWord) ? words[next++].Word : throw Wrong(what);

    int Count() => next < words.Count && !words[next].Quoted && int.TryParse(words[next].Word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && Skip() ? count : throw Wrong("a whole number");

    double Number() =>
        next < words.Count && !words[next].Quoted && double.TryParse(words[next].Word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && Skip() ? number : throw Wrong("a number");

    bool Skip()
    {
        next++;
        return true;
    }

    bool Is(string word) => next < words.Count && !words[next].Quoted && string.Equals(words[next].Word, word, StringComparison.OrdinalIgnoreCase);

    bool Take(string word) => Is(word) && Skip();

    void Need(string word)
    {
        if (!Take(word))
        {
            throw Wrong(word);
        }
    }

    FormatException Wrong(string wanted) => next < words.Count
        ? new FormatException($"character {words[next].At + 1}: \"{words[next].Word}\" does not fit; expected {wanted}")
        : new FormatException($"character {end + 1}: the text ends; expected {wanted}");
}
