using System.Globalization;
using System.Text;

namespace Aampe.Agents.Chaos;

/// <summary>The events of a run: what the nth is follows from the seed, so that it can be sent again and looked for afterwards.</summary>
/// <param name="seed">Seed.</param>
/// <param name="events">How many.</param>
/// <param name="users">How many users they are of.</param>
/// <param name="hot">Share of the events that user 0 has; 0 = as many as anybody.</param>
public sealed class EventStream(int seed, int events, int users, double hot = 0)
{
    const int BetweenOrders = 25;
    static readonly string[] names = ["App Opened", "Product Viewed", "Product Searched", "Product Added", "Order Completed"];

    /// <summary>Events in all.</summary>
    public int Events => events;

    /// <summary>Users in all.</summary>
    public int Users => users;

    /// <summary>User of an event: the first events introduce everybody.</summary>
    public int UserOf(int number) => number < users ? number
        : Draw(number, 1) % 1_000_000 < (uint)(hot * 1_000_000) ? 0
        : (int)(Draw(number, 2) % (uint)users);

    /// <summary>Name of a user.</summary>
    public static string Name(int user) => string.Create(CultureInfo.InvariantCulture, $"u-{user}");

    /// <summary>Message id of an event.</summary>
    public string MessageId(int number) => string.Create(CultureInfo.InvariantCulture, $"m-{seed}-{number}");

    /// <summary>Events of each user.</summary>
    public int[] CountByUser()
    {
        var counts = new int[users];
        for (var number = 0; number < events; number++)
        {
            counts[UserOf(number)]++;
        }

        return counts;
    }

    /// <summary>The body of a batch.</summary>
    /// <param name="numbers">Its events.</param>
    /// <param name="late">How old an event says that it is, by its number; null = it says nothing.</param>
    public string Batch(IEnumerable<int> numbers, Func<int, DateTimeOffset>? late = null)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var body = new StringBuilder("{\"batch\":[");
        foreach (var number in numbers)
        {
            body.Append(body[^1] == '[' ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"messageId\":\"{MessageId(number)}\",\"userId\":\"{Name(UserOf(number))}\"");
            if (late is not null)
            {
                body.Append(CultureInfo.InvariantCulture, $",\"timestamp\":\"{late(number):O}\"");
            }

            body.Append(number < users
                ? $",\"type\":\"identify\",\"traits\":{{\"firstName\":\"Ada\"}},\"context\":{{\"device\":{{\"token\":\"t\"}}}}}}"
                : $",\"type\":\"track\",\"event\":\"{NameOf(number)}\"}}");
        }

        return body.Append("]}").ToString();
    }

    string NameOf(int number) => number % BetweenOrders == 0 ? "Order Placed" : names[Draw(number, 3) % (uint)names.Length];

    // A hash of seed, event and purpose (xorshift-multiply of Murmur3's end), so that an event needs none of those before it.
    uint Draw(int number, uint purpose)
    {
        var h = (uint)number * 0x9E3779B1u ^ (uint)seed * 0x85EBCA77u ^ purpose * 0xC2B2AE3Du;
        h = (h ^ h >> 16) * 0x85EBCA6Bu;
        h = (h ^ h >> 13) * 0xC2B2AE35u;
        return h ^ h >> 16;
    }
}
