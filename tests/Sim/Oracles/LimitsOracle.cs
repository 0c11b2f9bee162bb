using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Oracles;

/// <summary>R5 from what people saw alone, and the wall clocks of the runtime: quiet hours, pushes a day, messages a day.</summary>
internal static class LimitsOracle
{
    public static void Check(World world)
    {
        // Before an event has said where the user is, the workspace's zone stands in. What lies so near to a limit may have been on its way across it.
        var slack = TimeSpan.FromMilliseconds(world.Options.Skew + 3_000);
        var all = world.Receiver.Effects.Concat(world.Books.HostShown.Values).Where(effect => world.Books.KnownSince.TryGetValue(effect.Key, out var since) && effect.At >= since && !world.Books.Ended.Contains(effect.Key))
            .OrderBy(effect => effect.At).ToList();
        foreach (var ofUser in all.GroupBy(effect => effect.Key))
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(world.Scenario.Zones[World.UserOf(ofUser.Key)]);
            var days = new Dictionary<(DateOnly, string), int>();
            foreach (var effect in ofUser)
            {
                var utc = DateTimeOffset.FromUnixTimeMilliseconds(effect.At);
                var (early, late) = (TimeZoneInfo.ConvertTime(utc - slack, zone), TimeZoneInfo.ConvertTime(utc + slack, zone));
                if (world.Options.Quiet && effect.Channel != "in_app" && IsQuiet(early) && IsQuiet(late))
                {
                    world.Violate("R5", $"{effect.DecisionId} of {effect.Key} was shown at {late:O} in quiet hours");
                }

                if (early.Date != late.Date)
                {
                    continue;
                }

                var day = DateOnly.FromDateTime(late.Date);
                Count(world, days, effect, day, "", world.Options.OverallCap);
                if (effect.Channel == "push")
                {
                    Count(world, days, effect, day, "push", 1);
                }
            }
        }
    }

    static bool IsQuiet(DateTimeOffset local) => local.Hour is >= 21 or < 8;

    static void Count(World world, Dictionary<(DateOnly, string), int> days, Effect effect, DateOnly day, string channel, int most)
    {
        var count = days[(day, channel)] = days.GetValueOrDefault((day, channel)) + 1;
        if (count > most)
        {
            world.Violate("R5", $"{effect.Key} saw message {count} of {day:O} over {(channel.Length == 0 ? "all channels" : channel)}, allowed {most}");
        }
    }
}
