using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim;

/// <summary>What a client sends: one event, with the identity that only the simulator knows.</summary>
/// <param name="Serial">Number of the event; it travels as the value of the event.</param>
/// <param name="User">Number of the user.</param>
/// <param name="Source">Source.</param>
/// <param name="MessageId">Dedupe key; null = none.</param>
/// <param name="Name">Event type; empty for an identify.</param>
/// <param name="At">When the user did it.</param>
/// <param name="Poisoned">Whether no agent can read it.</param>
internal sealed record ClientEvent(int Serial, int User, string Source, string? MessageId, string Name, long At, bool Poisoned);

/// <summary>A batch of one client.</summary>
/// <param name="At">When it is sent first.</param>
/// <param name="Events">Its events.</param>
internal sealed record Upload(long At, ClientEvent[] Events);

/// <summary>A statement about consent.</summary>
internal sealed record Statement(long At, int User, string Channel, bool Granted);

/// <summary>A question for the next message, to be activated at once.</summary>
internal sealed record Asked(long At, int User, string Channel);

/// <summary>The switch that stops everything, turned.</summary>
internal sealed record Switched(long At, bool Off);

/// <summary>Everything that comes from outside, drawn before the run.</summary>
internal sealed class Scenario
{
    static readonly string[] zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Auckland", "America/Los_Angeles"];

    public required string[] Zones { get; init; }

    public required Upload[] Uploads { get; init; }

    public required Statement[] Statements { get; init; }

    public required Asked[] Asks { get; init; }

    public required Switched[] Switches { get; init; }

    /// <summary>Draws what happens to the world from outside.</summary>
    public static Scenario Draw(Dice dice, Options options)
    {
        ArgumentNullException.ThrowIfNull(dice);
        ArgumentNullException.ThrowIfNull(options);
        var span = options.Days * 86_400_000L;
        var end = options.Start + span;
        var names = new[] { "open", "cart", "cart", "order" };
        var userZones = Enumerable.Range(0, options.Users).Select(_ => dice.Pick(zones)).ToArray();
        var events = new List<ClientEvent>();
        for (var user = 0; user < options.Users; user++)
        {
            // Everybody is known from the first hour on, by one event that says nothing but who and where.
            events.Add(new ClientEvent(events.Count + 1, user, "app", $"hello-{user}", "", options.Start + dice.Below(3_600_000), false));
        }

        for (var i = 0; i < options.Events; i++)
        {
            // Message ids come from a small stock: the same id is used by other users and other sources.
            var id = dice.Chance(options.NoMessageId) ? null : $"m{i / 3}";
            var source = dice.Chance(0.3) ? "web" : "app";
            // Half of all happens in sessions; people are awake mostly when it is day where they are.
            var last = events[^1];
            var session = last.Name.Length > 0 && dice.Chance(0.5);
            var user = session ? last.User : dice.Below(options.Users);
            var at = session ? last.At + dice.Below(90_000) : Awake(dice, options, userZones[user], dice.Between(options.Start + 3_600_000, end));
            if (id is not null && events.Exists(e => e.User == user && e.Source == source && e.MessageId == id))
            {
                id += "'" + i;
            }

            events.Add(new ClientEvent(events.Count + 1, user, source, id, dice.Pick(names), at, dice.Chance(options.Poison)));
        }

        var late = new List<Asked>();
        for (var midnight = 1; options.Midnights && midnight < options.Days; midnight++)
        {
            for (var user = 0; user < options.Users; user++)
            {
                var at = Midnight(options.Start + (midnight * 86_400_000L), userZones[user]);
                events.Add(new ClientEvent(events.Count + 1, user, "app", $"late-{user}-{midnight}", "cart", at - dice.Between(60_000, 2_400_000), false));
                for (var asks = 0; asks < 3; asks++)
                {
                    late.Add(new Asked(at + dice.Below(3_600_000), user, dice.Pick(["", "in_app"])));
                }
            }
        }

        return new Scenario
        {
            Zones = userZones,
            Uploads = [.. Cut(dice, events).OrderBy(one => one.At)],
            Statements = [.. Times(options.ConsentsPerDay * options.Users).Select(Near).Select(one => new Statement(one.At, one.User, dice.Pick(["push", "sms", "*"]), dice.Chance(0.5))).OrderBy(one => one.At)],
            Asks = [.. Times(options.AsksPerDay * options.Users).Select(Near).Select(one => new Asked(one.At, one.User, dice.Pick(["", "in_app", "push"]))), .. late],
            Switches = [.. Times(options.PausesPerDay).SelectMany(at => new[] { new Switched(at, true), new Switched(at + dice.Between(60_000, 6 * 3_600_000), false) }).OrderBy(one => one.At)],
        };

        // What happens beside a message on its way is what protocols break at.
        (long At, int User) Near(long at)
        {
            var one = dice.Pick(events);
            return one.Name == "cart" && dice.Chance(0.7) ? (one.At + dice.Between(0, 1_500_000), one.User) : (at, dice.Below(options.Users));
        }

        List<long> Times(double perDay)
        {
            var times = new List<long>();
            for (var i = Math.Floor(perDay * options.Days); i > 0; i--)
            {
                times.Add(dice.Between(options.Start + 3_600_000, end));
            }

            times.Sort();
            return times;
        }
    }

    // Where clocks jump at midnight the moment is an hour beside it; that is near enough.
    static long Midnight(long day, string zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(day), TimeZoneInfo.FindSystemTimeZoneById(zone));
        return day + (long)(local.Date.AddDays(1) - local.DateTime).TotalMilliseconds;
    }

    static long Awake(Dice dice, Options options, string zone, long at)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), TimeZoneInfo.FindSystemTimeZoneById(zone));
        return local.Hour is >= 8 and < 21 || !options.Quiet || dice.Chance(0.3) ? at : at + (long)TimeSpan.FromHours(11).TotalMilliseconds;
    }

    static IEnumerable<Upload> Cut(Dice dice, List<ClientEvent> events)
    {
        foreach (var ofUser in events.GroupBy(e => e.User))
        {
            var held = new List<ClientEvent>();
            foreach (var one in ofUser.OrderBy(e => e.At))
            {
                held.Add(one);
                // A phone that is offline keeps some events for later.
                if (dice.Chance(0.7))
                {
                    yield return new Upload(one.At + dice.Below(2_000), [.. held]);
                    held.Clear();
                }
            }

            if (held.Count > 0)
            {
                yield return new Upload(held[^1].At + dice.Below(600_000), [.. held]);
            }
        }
    }
}
