namespace Aampe.Agents.Trial.World;

/// <summary>Who chose a message.</summary>
public enum SentKind : byte
{
    /// <summary>Agents: push, on top of the rules.</summary>
    Agents,

    /// <summary>The rules-based calendar, the same for everybody.</summary>
    Rules,

    /// <summary>A card in the app, which answers a visit.</summary>
    Card,
}

/// <summary>A message as users see it.</summary>
/// <param name="Kind">Who chose it.</param>
/// <param name="Feature">Index of the feature that it is about.</param>
/// <param name="Tone">Index of its tone; −1 = the plain one of the rules.</param>
/// <param name="Offer">Index of its offer; −1 = none.</param>
public readonly record struct Sent(SentKind Kind, int Feature, int Tone, int Offer)
{
    /// <summary>Id of the message that has all this.</summary>
    public string IdIn(TrialWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        return Kind switch
        {
            SentKind.Rules => $"rules-{world.Features[Feature].Id}",
            SentKind.Card => $"card-{Labels.Tones[Tone]}-{Labels.Offers[Offer]}",
            _ => $"{world.Features[Feature].Id}-{Labels.Tones[Tone]}-{Labels.Offers[Offer]}",
        };
    }

    /// <summary>Reads the id of a message; null = none of this trial.</summary>
    public static Sent? Of(TrialWorld world, string messageId)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(messageId);
        var parts = messageId.Split('-');
        int Feature(string id) => world.Features.Select((feature, i) => (feature, i)).Where(pair => pair.feature.Id == id).Select(pair => pair.i).DefaultIfEmpty(-1).First();
        if (parts is ["rules", var about])
        {
            return Feature(about) is >= 0 and var feature ? new Sent(SentKind.Rules, feature, -1, -1) : null;
        }

        if (parts is not [var first, var tone, var offer])
        {
            return null;
        }

        var (t, o) = (IndexOf(Labels.Tones, tone), IndexOf(Labels.Offers, offer));
        var f = first == "card" ? world.Features.Count - 1 : Feature(first);
        return t < 0 || o < 0 || f < 0 ? null : new Sent(first == "card" ? SentKind.Card : SentKind.Agents, f, t, o);
    }

    static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}
