using System.Globalization;

namespace Aampe.Agents.Core.Channels;

/// <summary>Most that a channel shows of a field of copy, in characters as people count them (product §7, and what providers take).</summary>
public static class ContentLimits
{
    /// <summary>The limit of a field; null = none of its own.</summary>
    /// <param name="channel">push, email, sms, whatsapp or in_app.</param>
    /// <param name="field">Field of the content.</param>
    public static int? Of(string channel, string field) => (channel, field) switch
    {
        ("in_app", "title") => 60,
        ("in_app", "body") => 200,
        ("push", "title") => 65,
        ("push", "body") => 240,
        ("push", "collapseKey") => 64,
        ("email", "subject") => 120,
        ("sms", "text" or "body") => 1_600,
        ("whatsapp", "template") => 512,
        _ => null,
    };

    /// <summary>What is wrong with a field as a user sees it: its value's length and the limit; null = nothing.</summary>
    /// <param name="channel">Channel.</param>
    /// <param name="field">Field of the content.</param>
    /// <param name="text">Rendered text.</param>
    public static string? Fault(string channel, string field, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Of(channel, field) is { } limit && Length(text) is var length && length > limit)
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {length} characters; at most {limit} on the channel {channel}.");
        }

        return (channel, field) == ("push", "ttlSeconds") && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 2_419_200)
            ? $"is '{(text.Length > 20 ? text[..20] : text)}'; it must be a whole number of seconds from 0 to 2419200."
            : null;
    }

    static int Length(string text) => new StringInfo(text).LengthInTextElements;
}
