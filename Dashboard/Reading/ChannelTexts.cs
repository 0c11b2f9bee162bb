using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Ways out in words: how they stand, how they were tested, what a test came to.</summary>
public static class ChannelTexts
{
    /// <summary>A channel as people say it.</summary>
    public static string Name(string channel) => channel switch
    {
        "push" => "Push",
        "email" => "E-mail",
        "sms" => "Text message",
        "whatsapp" => "WhatsApp",
        "in_app" => "In-app",
        _ => channel,
    };

    /// <summary>How the kind of a channel was tested, for its badge.</summary>
    public static string Badge(string tested) => tested == "stand-in" ? "stand-in tested" : tested;

    /// <summary>What the badge means.</summary>
    public static string Meaning(string tested) => tested switch
    {
        "real" => "tested end to end, over the network",
        "stand-in" => "speaks as the provider documents it, tested against a stand-in; never against the provider itself",
        "pull" => "the app asks for its messages",
        _ => "messages are kept here and go nowhere",
    };

    /// <summary>What an address of the channel is.</summary>
    public static string Address(string channel, string kind) => (channel, kind) switch
    {
        (_, "webhook") => "Address or token",
        ("email", _) => "Mail address",
        ("sms" or "whatsapp", _) => "Number, such as +33612345678",
        (_, "webpush") => "Subscription of a browser, as JSON",
        ("push", _) => "Device token",
        _ => "Address",
    };

    /// <summary>What a test came to.</summary>
    public static string Of(ChannelTestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Status switch
        {
            "sent" => $"Taken ({result.Code}).",
            "refused" when result.AddressDead => $"Refused ({result.Code}): there is no such address.",
            "refused" => $"Refused ({result.Code}).",
            "retry" => $"Not taken now ({result.Code}); a message would be offered again.",
            _ => $"Nobody knows whether it was taken ({result.Code}); a message would count as sent.",
        };
    }

    /// <summary>How the channels stand, as one or two sentences.</summary>
    public static string Standing(IReadOnlyList<ChannelStatus> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        var reaching = channels.Where(one => one.Kind is not ("sandbox" or "pull")).ToArray();
        var down = channels.Where(one => one.Down).Select(one => Name(one.Channel)).ToArray();
        var reach = reaching.Length == 0
            ? "No channel leaves this silo: messages are kept in the sandbox or wait for the app, so nothing can go out by accident."
            : $"{Listed(reaching.Select(one => Name(one.Channel)))} {(reaching.Length == 1 ? "reaches" : "reach")} people; everything else is kept, or waits for the app.";
        return down.Length == 0 ? reach : $"{reach} {Listed(down)} {(down.Length == 1 ? "is" : "are")} stopped, since more than a fifth of the last 100 sends failed.";
    }

    static string Listed(IEnumerable<string> names) =>
        names.ToArray() is { Length: > 1 } several ? $"{string.Join(", ", several[..^1])} and {several[^1]}" : string.Concat(names);
}
