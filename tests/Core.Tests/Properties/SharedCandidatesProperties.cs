using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Tests.Distributions;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Properties;

/// <summary>Whether the rows of a pool are made for one user or kept for the next changes no bit of an effect.</summary>
public sealed class SharedCandidatesProperties
{
    [Theory]
    [InlineData(Baseline.Window, false)]
    [InlineData(Baseline.FourWeeks, false)]
    [InlineData(Baseline.FourWeeks, true)]
    public void Rows_that_are_shared_are_those_of_one_user_alone(Baseline baseline, bool adjust)
    {
        var random = new Random(7);
        // Some were seen lately, so that fewer of their days count, and two have one name.
        ControlUser[] pool =
        [
            .. SomeUsers.Pool(random, 60).Select((user, i) => user with { CountedSince = Hours(i % 3 == 0 ? -24 * 10 : -24 * 40), Holdout = i % 2 == 0 }),
            Control(7) with { Events = SomeUsers.Events(random, -96, 96) },
        ];
        var options = Options with { Baseline = baseline, Adjust = adjust };
        var shared = new SharedCandidates();
        foreach (var user in pool)
        {
            var treated = new TreatedUser(user.Events, user.ObservedSince, null, []) { Hash = user.Hash, FirstSeen = user.FirstSeen, Days = user.Days, CountedSince = user.CountedSince };
            var alone = Effect.MeasureNearest(T, treated, [pool], null, options, 1, Circumstances.Complete);
            var among = Effect.MeasureNearest(T, treated, [pool], null, options, 1, Circumstances.Complete, shared);
            Assert.Equal(alone.ToString(), among.ToString());
            Assert.IsType<Effect.Identified>(alone);
        }
    }
}
