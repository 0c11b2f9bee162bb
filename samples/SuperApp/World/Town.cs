namespace Aampe.Agents.SuperApp.World;

/// <summary>Something that a person did.</summary>
/// <param name="Person">Index of the person.</param>
/// <param name="Name">Event name.</param>
/// <param name="At">When.</param>
/// <param name="Value">Worth of an order; null for other events.</param>
/// <param name="IsGoal">Whether it is an order.</param>
public readonly record struct Deed(int Person, string Name, DateTimeOffset At, double? Value, bool IsGoal);

/// <summary>
/// The app's users, hour by hour. Each hour brings at most one visit to a person, with a chance that follows from the person's rhythm, the
/// town's day, and the pull of the messages that came. The same dice are thrown for a world without messages: the difference in orders is
/// the true effect.
/// </summary>
public sealed class Town
{
    /// <summary>Half of a message's pull is gone after this many hours.</summary>
    public const double PullHalfLife = 6;

    /// <summary>Half of the weariness is gone after this many hours.</summary>
    public const double WearyHalfLife = 96;

    const double Forgotten = 48;
    static readonly double perHour = Math.Log(2) / PullHalfLife;
    static readonly double[] funnel = [0.9, 0.55, 0.55];

    readonly Dice dice;
    readonly bool placebo;
    readonly State[] states;

    /// <summary>Makes a town.</summary>
    /// <param name="people">Its people.</param>
    /// <param name="seed">Seed of what happens.</param>
    /// <param name="placebo">Messages have no effect at all.</param>
    public Town(Person[] people, long seed, bool placebo)
    {
        People = people;
        dice = new Dice(seed ^ 0x51A7);
        this.placebo = placebo;
        states = [.. people.Select(_ => new State())];
    }

    public Person[] People { get; }

    /// <summary>Orders with messages minus orders without, per person, since the start.</summary>
    public int ExtraOrders(int person) => states[person].Extra;

    /// <summary>A message reached a person.</summary>
    public void Reach(int person, Contact contact)
    {
        var state = states[person];
        var weary = state.Weary * Math.Pow(0.5, (contact.At - state.WearyAt).TotalHours / WearyHalfLife);
        var pull = placebo ? 0 : People[person].PullOf(contact) * (1 - Math.Min(0.9, People[person].Tiring * weary));
        state.Weary = weary + 1;
        state.WearyAt = contact.At;
        state.Felt.Add((contact.At, contact.Feature, pull * People[person].Strength));
    }

    /// <summary>Whether a person looks at a message and follows it.</summary>
    public (bool Opened, bool Clicked) Reaction(int person, Contact contact, string decisionId)
    {
        var seen = contact.Channel switch { 0 => 0.45, 1 => 0.3, 2 => 0.8, _ => 0.7 };
        var liking = placebo ? 0.3 : Math.Clamp(People[person].PullOf(contact), 0.02, 1);
        var opened = dice.Of(decisionId, 1) < seen * (0.5 + (0.5 * liking));
        return (opened, opened && dice.Of(decisionId, 2) < 0.1 + (0.4 * liking));
    }

    /// <summary>Whether a person opens a wallet account after seeing a card.</summary>
    public bool OpensWallet(int person, int tone, int offer, string decisionId)
    {
        var one = People[person];
        var liking = placebo ? 0 : one.WalletInterest * (1 + (2 * one.Tone[tone]) + (2 * one.Offer[offer]));
        return dice.Of(decisionId, 3) < liking;
    }

    /// <summary>What everybody does in one hour.</summary>
    /// <param name="from">Start of the hour.</param>
    /// <param name="into">Takes the deeds, person by person, each in order of time.</param>
    public void Hour(DateTimeOffset from, List<Deed> into)
    {
        var hour = (int)(from.ToUnixTimeSeconds() / 3600);
        // Rain, football, holidays: the whole town is busier or quieter than the calendar says.
        var day = Math.Exp(0.12 * dice.Normal(-1 - (hour / 24), 7));
        for (var i = 0; i < People.Length; i++)
        {
            Live(i, hour, from, day, into);
        }
    }

    void Live(int i, int hour, DateTimeOffset from, double day, List<Deed> into)
    {
        var person = People[i];
        var local = TimeZoneInfo.ConvertTime(from, person.Zone);
        var weekend = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? person.Weekend : 1;
        var rate = person.VisitsADay / 24 * person.Hours[local.Hour] * weekend * day;
        var (extra, feature) = Felt(states[i], from, person.Hours[local.Hour]);
        var thrown = dice.At(i, hour, 1);
        var visits = thrown < Chance(Math.Max(0.1 * rate, rate + extra));
        var would = thrown < Chance(rate);
        if (!visits && !would)
        {
            return;
        }

        var own = Feature(person, dice.At(i, hour, 2));
        // A visit that a message caused goes where the message points.
        var chosen = visits && !would ? feature : own;
        var depth = 0;
        while (depth < funnel.Length && dice.At(i, hour, 3 + depth) < funnel[depth])
        {
            depth++;
        }

        var ordered = depth == funnel.Length;
        states[i].Extra += (visits && ordered ? 1 : 0) - (would && ordered ? 1 : 0);
        if (visits)
        {
            Visit(i, hour, from, chosen, depth, into);
        }
    }

    void Visit(int i, int hour, DateTimeOffset from, int feature, int depth, List<Deed> into)
    {
        var at = from.AddSeconds(Math.Floor(2_700 * dice.At(i, hour, 6)));
        into.Add(new Deed(i, Labels.Opened, at, null, false));
        for (var step = 0; step < depth; step++)
        {
            at = at.AddSeconds(20 + Math.Floor(200 * dice.At(i, hour, 7 + step)));
            var order = step == funnel.Length - 1;
            into.Add(new Deed(i, Labels.Funnels[feature][step], at, order ? Math.Round(8 + (30 * dice.At(i, hour, 10)), 2) : null, order));
        }
    }

    // Visits an hour that messages add, and the feature of the one that adds most.
    static (double Extra, int Feature) Felt(State state, DateTimeOffset from, double busy)
    {
        var (extra, strongest, feature) = (0.0, 0.0, 0);
        state.Felt.RemoveAll(one => (from - one.At).TotalHours > Forgotten);
        foreach (var (at, about, visits) in state.Felt)
        {
            var age = (from - at).TotalHours;
            if (age < 0)
            {
                continue;
            }

            var now = visits * perHour * Math.Pow(0.5, age / PullHalfLife) * (0.4 + (0.6 * Math.Min(1.5, busy)));
            extra += now;
            if (now > strongest)
            {
                (strongest, feature) = (now, about);
            }
        }

        return (extra, feature);
    }

    static int Feature(Person person, double uniform) =>
        uniform < person.Features[0] ? 0 : uniform < person.Features[0] + person.Features[1] ? 1 : 2;

    static double Chance(double rate) => 1 - Math.Exp(-rate);

    sealed class State
    {
        public List<(DateTimeOffset At, int Feature, double Visits)> Felt { get; } = [];

        public double Weary { get; set; }

        public DateTimeOffset WearyAt { get; set; }

        public int Extra { get; set; }
    }
}
