using Aampe.Agents.Worlds;

namespace Aampe.Agents.Trial.World;

/// <summary>How messages are chosen where no product is asked.</summary>
public enum Choosing
{
    /// <summary>Uniformly.</summary>
    Random,

    /// <summary>Knowing what fits each user, at the time of day that fits.</summary>
    Best,
}

/// <summary>A world lived without the product, under a policy that knows nothing or everything: it says which effects are there to be found.</summary>
public static class Policy
{
    /// <summary>Mean effect on all users of each feature: intent, conversion (shares of users) and GMV (relative; null for an account).</summary>
    /// <param name="world">The world.</param>
    /// <param name="users">Users.</param>
    /// <param name="days">Days.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="choosing">The policy.</param>
    /// <param name="everyDays">Days between two messages to a user, over all features, which take turns.</param>
    public static IReadOnlyList<(double Intent, double Conversion, double? Gmv)> Effects(TrialWorld world, int users, int days, long seed, Choosing choosing, double everyDays)
    {
        ArgumentNullException.ThrowIfNull(world);
        var people = new People(world, users, seed);
        var life = new Life(world, people, seed);
        var outcomes = new Outcomes(users, world.Features.Count);
        var random = new FastRandom();
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 3600;
        int[] hours = [8, 12, 16, 20];
        life.Live(start - 1, null);
        for (var day = 0; day < days; day++)
        {
            var plans = new List<(long At, int User, Sent Sent)>();
            for (var user = 0; user < users; user++)
            {
                random.Restart((ulong)seed, 9, ((ulong)user << 22) ^ (ulong)day);
                if (!people.Push(user) || random.NextDouble() >= 1 / everyDays)
                {
                    continue;
                }

                var feature = random.Next(world.Features.Count);
                var (tone, offer, part) = choosing == Choosing.Best
                    ? (people.Tone(user), people.Offer(user), people.Part(user))
                    : (random.Next(Labels.Tones.Count), random.Next(Labels.Offers.Count), random.Next(Labels.Parts.Count));
                var offset = TimeZoneInfo.FindSystemTimeZoneById(world.Zones[people.Zone(user)]).BaseUtcOffset.TotalHours;
                plans.Add((start + (24 * day) + (long)Math.Floor(((hours[part] - offset) % 24 + 24) % 24), user, new Sent(SentKind.Agents, feature, tone, offer)));
            }

            var at = plans.ToLookup(plan => plan.At);
            for (var hour = start + (24 * day); hour < start + (24 * (day + 1)); hour++)
            {
                foreach (var (_, user, sent) in at[hour])
                {
                    life.Reach(user, sent, hour * 3_600_000);
                }

                life.Live(hour, outcomes);
            }
        }

        return [.. world.Features.Select((feature, i) => Mean(outcomes, users, i, feature.Account))];
    }

    /// <summary>What users do without any message: shares with an intent and with a conversion.</summary>
    public static IReadOnlyList<(double Intent, double Conversion)> Base(TrialWorld world, int users, int days, long seed)
    {
        ArgumentNullException.ThrowIfNull(world);
        var life = new Life(world, new People(world, users, seed), seed);
        var outcomes = new Outcomes(users, world.Features.Count);
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 3600;
        for (var hour = start - 1; hour < start + (24 * days); hour++)
        {
            life.Live(hour, hour < start ? null : outcomes);
        }

        return [.. world.Features.Select((_, i) => (Share(users, user => outcomes.Intent(user, i, false)), Share(users, user => outcomes.Done(user, i, false))))];
    }

    static (double, double, double?) Mean(Outcomes outcomes, int users, int feature, bool account)
    {
        var (with, without) = (0.0, 0.0);
        for (var user = 0; user < users; user++)
        {
            with += outcomes.Value(user, feature, true);
            without += outcomes.Value(user, feature, false);
        }

        return (
            Share(users, user => outcomes.Intent(user, feature, true)) - Share(users, user => outcomes.Intent(user, feature, false)),
            Share(users, user => outcomes.Done(user, feature, true)) - Share(users, user => outcomes.Done(user, feature, false)),
            account || without == 0 ? null : (with / without) - 1);
    }

    static double Share(int users, Func<int, bool> holds) => (double)Enumerable.Range(0, users).Count(holds) / users;
}
