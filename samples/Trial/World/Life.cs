using Aampe.Agents.Worlds;

namespace Aampe.Agents.Trial.World;

/// <summary>
/// What the users do, hour by hour, in two worlds at once: with the messages of the agents and without them, by the same luck. Everything follows from the
/// seed and the messages that came, so that a trial that was killed is lived again out of its journal.
/// </summary>
public sealed class Life
{
    const long Second = 1_000, Minute = 60 * Second, Hour = 60 * Minute;
    const int LatestZone = 14;

    // Share of visits by local hour: two bumps, and little while people sleep. Our choice.
    static readonly double[] hours = Cumulated([2, 1, 1, 1, 1, 2, 4, 7, 9, 8, 7, 7, 9, 8, 6, 6, 7, 9, 11, 12, 11, 9, 6, 4]);

    readonly TrialWorld world;
    readonly People people;
    readonly ulong seed;
    readonly FastRandom random = new();
    readonly TimeZoneInfo[] zones;
    readonly Dictionary<long, List<Deed>> coming = [];
    readonly float[] heard;
    readonly int[] heardAt, annoyedUntil;
    readonly byte[] accounts;
    long now = long.MinValue, nextDay;

    /// <summary>Begins.</summary>
    public Life(TrialWorld world, People people, long seed)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(people);
        (this.world, this.people, this.seed) = (world, people, (ulong)seed);
        zones = [.. world.Zones.Select(TimeZoneInfo.FindSystemTimeZoneById)];
        (heard, heardAt, annoyedUntil, accounts) = (new float[people.Count], new int[people.Count], new int[people.Count], new byte[people.Count]);
    }

    /// <summary>A message reaches a user: what it will bring is decided now, and happens within two days.</summary>
    /// <returns>Whether the user follows it.</returns>
    public bool Reach(int user, Sent sent, long at)
    {
        // A message that is heard of late acts from now on.
        at = Math.Max(at, now * Hour);
        random.Restart(seed, 2 + (ulong)sent.Kind + (8 * (ulong)sent.Feature), ((ulong)user << 22) ^ (ulong)(at / Minute));
        var (luck, delay, annoying) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
        var with = Pull(user, sent, at);
        var without = sent.Kind switch
        {
            SentKind.Rules => with,
            // The card of the rules stands in its place in the world without agents.
            SentKind.Card => Pull(user, sent with { Tone = -1, Offer = -1 }, at),
            _ => 0,
        };
        if (sent.Kind == SentKind.Agents)
        {
            Tire(user, at, annoying);
        }

        var where = (luck < with ? Worlds.With : 0) | (luck < without ? Worlds.Without : 0);
        if (where != 0)
        {
            // Minutes to hours later: exponential with a mean of three hours, within two days.
            var later = at + Minute + (long)(Math.Min(-3 * Math.Log(1 - delay), 47) * Hour);
            Visit(user, sent.Feature, sent.Kind == SentKind.Card ? at + (20 * Second) : later, where, opens: sent.Kind != SentKind.Card);
        }

        return where.HasFlag(Worlds.With);
    }

    /// <summary>What happens in an hour, in order of user and time; deeds of the world without messages alone are not among them.</summary>
    /// <param name="hour">Hours since 1970; each once and in order.</param>
    /// <param name="counted">Takes what both worlds do; null outside the span.</param>
    public IReadOnlyList<Deed> Live(long hour, Outcomes? counted)
    {
        if (now == long.MinValue)
        {
            nextDay = (hour / 24) - 1;
        }

        now = hour;
        for (; nextDay * 24 <= hour + LatestZone; nextDay++)
        {
            Day(nextDay);
        }

        now = hour + 1;
        if (!coming.Remove(hour, out var deeds))
        {
            return [];
        }

        deeds.Sort((a, b) => a.User != b.User ? a.User.CompareTo(b.User) : a.At != b.At ? a.At.CompareTo(b.At) : a.Kind.CompareTo(b.Kind));
        var told = new List<Deed>(deeds.Count);
        foreach (var deed in deeds)
        {
            var real = deed with { In = Real(deed, hour) };
            if (real.In == 0)
            {
                continue;
            }

            counted?.Note(real);
            if (real.In.HasFlag(Worlds.With))
            {
                told.Add(real);
            }
        }

        return told;
    }

    // Who is annoyed looks at nothing; an account is opened once in a life, in each world.
    Worlds Real(Deed deed, long hour)
    {
        var where = deed.In;
        if (deed.Kind is DeedKind.Viewed or DeedKind.Done && annoyedUntil[deed.User] > hour)
        {
            where &= ~Worlds.With;
        }

        if (deed.Kind is DeedKind.Viewed or DeedKind.Done && world.Features[deed.Feature].Account)
        {
            where &= ~(Worlds)accounts[deed.User];
            if (deed.Kind == DeedKind.Done)
            {
                accounts[deed.User] |= (byte)where;
            }
        }

        return where;
    }

    double Pull(int user, Sent sent, long at)
    {
        var feature = world.Features[sent.Feature];
        var pull = world.Strength * feature.Pull * people.Interest(user, sent.Feature);
        var local = zones[people.Zone(user)].GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(at)).TotalHours;
        var part = Labels.PartOf((int)Math.Floor(((double)at / Hour) + local) % 24);
        var fit = Fit(sent.Tone, people.Tone(user)) * Fit(sent.Offer, people.Offer(user));
        return Math.Min(0.9, sent.Kind switch
        {
            SentKind.Rules => pull * world.RulesPull,
            SentKind.Card => pull * world.CardPull * fit,
            _ => pull * fit * Fit(part, people.Part(user)) * Math.Pow(0.5, Heard(user, at) / world.TiresAfter),
        });
    }

    double Fit(int shown, int own) => shown < 0 ? 1 : shown == own ? world.Fits : world.Misfits;

    // Messages of the agents, those of a week ago counted half.
    double Heard(int user, long at) => heard[user] * Math.Pow(0.5, (at / Hour - heardAt[user]) / 168.0);

    void Tire(int user, long at, double luck)
    {
        var before = Heard(user, at);
        if (luck < world.Strength * world.Annoys * before)
        {
            annoyedUntil[user] = (int)(at / Hour) + 24;
        }

        (heard[user], heardAt[user]) = ((float)before + 1, (int)(at / Hour));
    }

    void Day(long day)
    {
        var weekend = (day + 4) % 7 is 0 or 6 ? 1.15 : 0.94;
        var offsets = Array.ConvertAll(zones, zone => zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds((day * 24 + 12) * Hour)).TotalHours);
        for (var user = 0; user < people.Count; user++)
        {
            random.Restart(seed, 100, ((ulong)user << 22) ^ (ulong)day);
            for (var left = random.Poisson(people.Visits(user) * weekend); left > 0; left--)
            {
                var local = HourOf(random.NextDouble());
                var at = ((day * 24) + local) * Hour - (long)(offsets[people.Zone(user)] * Hour) + (long)(random.NextDouble() * 55 * Minute);
                Add(new Deed(user, at, DeedKind.Opened, 0, 0, Worlds.Both));
                for (var feature = 0; feature < world.Features.Count; feature++)
                {
                    if (random.NextDouble() < world.Features[feature].View * people.Interest(user, feature))
                    {
                        Look(user, feature, at + ((20 + (60 * feature)) * Second), Worlds.Both, world.Features[feature].Do, 1);
                    }
                }
            }
        }
    }

    void Visit(int user, int feature, long at, Worlds where, bool opens)
    {
        if (opens)
        {
            Add(new Deed(user, at, DeedKind.Followed, 0, 0, where));
        }

        Look(user, feature, at + (20 * Second), where, world.Features[feature].PulledDo, world.Features[feature].PulledValue);
    }

    void Look(int user, int feature, long at, Worlds where, double ends, double worth)
    {
        Add(new Deed(user, at, DeedKind.Viewed, (byte)feature, 0, where));
        if (random.NextDouble() < ends)
        {
            var value = world.Features[feature] is { Account: false } one ? Math.Round(worth * one.MedianValue * Math.Exp(one.ValueSpread * People.Normal(random)), 2) : 0;
            Add(new Deed(user, at + (40 * Second), DeedKind.Done, (byte)feature, (float)value, where));
        }
    }

    void Add(Deed deed)
    {
        var hour = deed.At / Hour;
        if (hour < now)
        {
            // Days are made ahead of all zones: only the very first hours of a life lie before its beginning.
            return;
        }

        if (!coming.TryGetValue(hour, out var deeds))
        {
            coming.Add(hour, deeds = []);
        }

        deeds.Add(deed);
    }

    static int HourOf(double uniform)
    {
        var hour = 0;
        while (hour < 23 && uniform >= hours[hour])
        {
            hour++;
        }

        return hour;
    }

    static double[] Cumulated(double[] weights)
    {
        var (sum, all) = (0.0, weights.Sum());
        return Array.ConvertAll(weights, weight => (sum += weight) / all);
    }
}
