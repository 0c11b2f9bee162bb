namespace Aampe.Agents.Core.Programs;

/// <summary>Which message serves a language: the exact tag, then the language alone, then what was asked for.</summary>
public static class Locales
{
    /// <summary>The message that says in <paramref name="locale"/> what <paramref name="asked"/> says: same channel, same labels.</summary>
    /// <param name="locale">BCP 47 tag, compared without regard to case.</param>
    public static Message Serve(IEnumerable<Message> catalogue, Message asked, string locale)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(locale);
        var alike = catalogue.Where(message => message.Channel == asked.Channel && message.Labels.SequenceEqual(asked.Labels)).ToList();
        return alike.FirstOrDefault(message => Same(message.Locale, locale))
            ?? alike.FirstOrDefault(message => Same(Language(message.Locale), Language(locale)))
            ?? asked;
    }

    static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    static string Language(string tag) => tag.Split('-', '_')[0];
}
