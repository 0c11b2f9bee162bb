namespace Aampe.Agents.Core.Agents;

/// <summary>Which traits are ways to reach a user.</summary>
public static class ContactTraits
{
    /// <summary>Channels that a trait opens: email → email; phone → sms and whatsapp.</summary>
    public static ReadOnlySpan<string> ChannelsOf(string trait) => trait switch
    {
        "email" => Email,
        "phone" => Phone,
        _ => [],
    };

    /// <summary>Whether a user can be reached: in-app always, others with an address or token.</summary>
    public static bool CanReach(AgentState state, string channel)
    {
        ArgumentNullException.ThrowIfNull(state);
        return channel == "in_app" || state.Addresses.ContainsKey(channel);
    }

    /// <summary>
    /// An address without what differs in writing only: of a telephone number its digits, without a 00 before them; a mail address in lower case. Apps and
    /// providers write the same one in several ways.
    /// </summary>
    public static string Bare(string channel, string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        switch (channel)
        {
            case "sms" or "whatsapp":
                var digits = string.Concat(address.Where(char.IsAsciiDigit));
                return digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : digits;
            case "email":
                return address.Trim().ToLowerInvariant();
            default:
                return address;
        }
    }

    static readonly string[] Email = ["email"];
    static readonly string[] Phone = ["sms", "whatsapp"];
}
