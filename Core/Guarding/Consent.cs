namespace Aampe.Agents.Core.Guarding;

/// <summary>Whether consent allows a channel (docs: P1). Unknown is denied for e-mail, SMS and WhatsApp marketing; push and in-app speak unless denied.</summary>
public static class Consent
{
    /// <summary>Whether a message of a category may go over a channel.</summary>
    /// <param name="channel">push, email, sms, whatsapp or in_app.</param>
    /// <param name="category">marketing, service or transactional.</param>
    /// <param name="statements">All statements of the user, in any order.</param>
    public static bool Allows(string channel, string category, IEnumerable<ConsentStatement> statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        var purpose = category == "marketing" ? "marketing" : "service";
        return StatusOf(channel, purpose, statements) switch
        {
            "granted" => true,
            "denied" => false,
            _ => purpose == "service" || channel is "push" or "in_app",
        };
    }

    /// <summary>What the user last said about a channel and purpose: granted, denied or unknown. A statement about all channels counts for each.</summary>
    /// <param name="channel">push, email, sms, whatsapp or in_app.</param>
    /// <param name="purpose">marketing or service.</param>
    /// <param name="statements">All statements of the user, in any order.</param>
    public static string StatusOf(string channel, string purpose, IEnumerable<ConsentStatement> statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        ConsentStatement? newest = null;
        foreach (var statement in statements)
        {
            if (statement.Purpose != purpose || (statement.Channel != channel && statement.Channel != "*"))
            {
                continue;
            }

            // Among statements of one time the stricter counts, whatever their order.
            if (newest is not { } known || statement.At > known.At || (statement.At == known.At && Strictness(statement) > Strictness(known)))
            {
                newest = statement;
            }
        }

        return newest?.Status is "granted" or "denied" ? newest.Value.Status : "unknown";
    }

    static int Strictness(ConsentStatement statement) => statement.Status switch
    {
        "denied" => 2,
        "granted" => 0,
        _ => 1,
    };
}
