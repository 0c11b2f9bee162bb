using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Addresses and tokens that a channel has called dead. Such a one is forgotten, and only its fingerprint is kept, among the addresses under
/// <c>dead:</c> and the channel: apps repeat with every sign-in what they know, and a dead address that comes again must not revive.
/// </summary>
public static class DeadAddresses
{
    /// <summary>Fingerprint that stands for whatever address the user has: a report that does not say which one it means.</summary>
    public const string Whichever = "*";

    const string Prefix = "dead:";

    /// <summary>What is kept of an address in the place of itself: 16 hexadecimal digits.</summary>
    public static string Fingerprint(string channel, string address) => StableHash.Of(channel, ContactTraits.Bare(channel, address)).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The addresses without the one that is dead; the same map when it is not among them.</summary>
    /// <param name="addresses">Address or token per channel.</param>
    /// <param name="channel">Channel that found out.</param>
    /// <param name="fingerprint">Of the address that it tried, or <see cref="Whichever"/>.</param>
    public static ImmutableSortedDictionary<string, string> Without(ImmutableSortedDictionary<string, string> addresses, string channel, string fingerprint)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (!addresses.TryGetValue(channel, out var address))
        {
            return addresses;
        }

        var own = Fingerprint(channel, address);
        return fingerprint == own || fingerprint == Whichever ? addresses.Remove(channel).SetItem(Prefix + channel, own) : addresses;
    }

    /// <summary>The addresses with one more; the same map when it is there already, or known to be dead.</summary>
    public static ImmutableSortedDictionary<string, string> With(ImmutableSortedDictionary<string, string> addresses, string channel, string address)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.TryGetValue(channel, out var known) && known == address)
        {
            return addresses;
        }

        if (!addresses.TryGetValue(Prefix + channel, out var dead))
        {
            return addresses.SetItem(channel, address);
        }

        return dead == Fingerprint(channel, address) ? addresses : addresses.Remove(Prefix + channel).SetItem(channel, address);
    }

    /// <summary>Addresses of two lives in one: the known user's own win, and what one of them knows to be dead stays dead.</summary>
    public static ImmutableSortedDictionary<string, string> Joined(ImmutableSortedDictionary<string, string> mine, ImmutableSortedDictionary<string, string> other)
    {
        ArgumentNullException.ThrowIfNull(mine);
        ArgumentNullException.ThrowIfNull(other);
        var joined = other.SetItems(mine);
        foreach (var channel in Channels(joined).ToArray())
        {
            if (joined.TryGetValue(channel, out var address))
            {
                joined = joined[Prefix + channel] == Fingerprint(channel, address) ? joined.Remove(channel) : joined.Remove(Prefix + channel);
            }
        }

        return joined;
    }

    /// <summary>Channels whose last address is dead.</summary>
    public static IEnumerable<string> Channels(ImmutableSortedDictionary<string, string> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return addresses.Keys.Where(IsMark).Select(key => key[Prefix.Length..]);
    }

    /// <summary>Whether a key among the addresses is no channel but the mark of a dead one.</summary>
    public static bool IsMark(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(Prefix, StringComparison.Ordinal);
    }
}
