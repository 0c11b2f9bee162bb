using System.Globalization;

namespace Aampe.Agents.SuperApp.World;

/// <summary>Makes the people of the app out of a seed.</summary>
public static class Population
{
    static readonly string[] zones = ["Europe/Paris", "Europe/Paris", "Europe/Berlin", "Europe/Lisbon", "Europe/Athens"];

    static readonly Kind[] kinds =
    [
        new("commuter", 0.30, 1.7, [0.60, 0.25, 0.15], [8, 18], 0.7, [-0.10, 0.35, -0.30], [0.05, 0.25, -0.15], [0.25, -0.10, -0.10, 0.00], [0.25, -0.10, 0.10, -0.15]),
        new("family", 0.30, 1.1, [0.15, 0.25, 0.60], [11, 19], 1.3, [0.35, -0.05, -0.25], [0.35, -0.05, -0.20], [0.05, 0.20, -0.15, 0.00], [-0.10, 0.05, -0.05, 0.25]),
        new("student", 0.25, 1.3, [0.20, 0.65, 0.15], [13, 21], 1.2, [0.10, -0.10, 0.15], [0.40, 0.00, -0.20], [0.20, -0.30, -0.10, 0.20], [-0.25, 0.10, 0.05, 0.25]),
        new("sceptic", 0.15, 0.6, [0.34, 0.33, 0.33], [12, 18], 1.0, [0.00, 0.10, -0.45], [-0.10, -0.10, -0.10], [-0.10, 0.05, -0.25, -0.25], [-0.05, 0.00, 0.05, 0.00]),
    ];

    sealed record Kind(
        string Name, double Share, double Visits, double[] Features, int[] Peaks, double Weekend, double[] Tone, double[] Offer, double[] Channel, double[] Part);

    /// <summary>Makes <paramref name="count"/> people.</summary>
    public static Person[] Make(int count, long seed)
    {
        var dice = new Dice(seed);
        var people = new Person[count];
        for (var i = 0; i < count; i++)
        {
            people[i] = One(i, dice);
        }

        return people;
    }

    static Person One(int i, Dice dice)
    {
        var purpose = 1000;
        var kind = Pick(dice.At(i, 0, ++purpose));
        double Next() => dice.Normal(i, ++purpose);
        double Chance() => dice.At(i, 0, ++purpose);
        double[] Blurred(double[] values, double by) => Array.ConvertAll(values, value => value + (by * Next()));
        return new Person
        {
            Index = i,
            Id = string.Create(CultureInfo.InvariantCulture, $"user-{i:D5}"),
            Kind = kind.Name,
            Zone = TimeZoneInfo.FindSystemTimeZoneById(zones[(int)(Chance() * zones.Length)]),
            VisitsADay = kind.Visits * Math.Exp((0.35 * Next()) - 0.06),
            Features = Shares(kind.Features, Next),
            Hours = Rhythm(kind.Peaks, Next),
            Weekend = kind.Weekend,
            Tone = Blurred(kind.Tone, 0.08),
            Offer = Blurred(kind.Offer, 0.08),
            Channel = Blurred(kind.Channel, 0.08),
            Part = Blurred(kind.Part, 0.06),
            Strength = 2.6 * Math.Exp(0.25 * Next()),
            Tiring = 0.08 + (0.14 * Chance()),
            WalletInterest = 0.05 + (0.15 * Chance()),
            HasPush = Chance() < 0.9,
            HasEmail = Chance() < 0.9,
            HasPhone = Chance() < 0.7,
            Agrees = Chance() < 0.9,
        };
    }

    static Kind Pick(double uniform)
    {
        var sum = 0.0;
        foreach (var kind in kinds)
        {
            sum += kind.Share;
            if (uniform < sum)
            {
                return kind;
            }
        }

        return kinds[^1];
    }

    static double[] Shares(double[] of, Func<double> next)
    {
        var weights = Array.ConvertAll(of, share => share * Math.Exp(0.3 * next()));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    // Two bumps on the round of 24 hours above a small floor, none of it while people sleep.
    static double[] Rhythm(int[] peaks, Func<double> next)
    {
        var shift = next();
        var hours = new double[24];
        for (var hour = 0; hour < 24; hour++)
        {
            var weight = hour is >= 1 and < 6 ? 0.03 : 0.25;
            foreach (var peak in peaks)
            {
                var distance = Math.Abs(hour - peak - shift) % 24;
                distance = Math.Min(distance, 24 - distance);
                weight += Math.Exp(-distance * distance / 6);
            }

            hours[hour] = weight;
        }

        var mean = hours.Average();
        return Array.ConvertAll(hours, weight => weight / mean);
    }
}
