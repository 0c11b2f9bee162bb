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

    static readonly string[] Email = ["email"];
    static readonly string[] Phone = ["sms", "whatsapp"];
}
