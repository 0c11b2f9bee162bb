namespace Aampe.Agents.Silo.Delivery.Callbacks;

/// <summary>Answers by which people end messages: the words that telephone providers keep for it.</summary>
static class StopWords
{
    static readonly HashSet<string> words = new(["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET", "ARRÊT", "STOPP"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a whole answer is one of them, whatever stands around it.</summary>
    public static bool Is(string? text) => text is not null && words.Contains(text.Trim(' ', '\t', '\r', '\n', '.', '!', '"', '\''));
}
