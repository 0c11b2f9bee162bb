using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Experiments;

/// <summary>Whoever looks at every look and stops at the first difference is wrong no more often than the level says.</summary>
public sealed class PeekingTests
{
    static readonly Instant Monday = new(1_772_409_600_000);

    [Fact]
    public void A_plan_of_three_weeks_has_a_look_every_six_hours()
    {
        Assert.Equal(85, Peeking.Looks(new Horizon(Monday, Monday + TimeSpan.FromDays(21), TimeSpan.FromHours(6))));
        Assert.Equal(1, Peeking.Looks(new Horizon(Monday, Monday + TimeSpan.FromHours(1), TimeSpan.Zero)));
        Assert.Equal(0.999, Peeking.EachLook(new ConfidenceLevel(0.9), 100).Value, 12);
        Assert.Equal(0.99, Peeking.EachLook(ConfidenceLevel.Default, 1).Value, 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Peeking.EachLook(ConfidenceLevel.Default, 0));
    }

    [Fact]
    public void Looking_at_every_look_keeps_the_level_where_plain_intervals_lose_it()
    {
        const int Trials = 400, Users = 60, Looks = 20;
        var level = new ConfidenceLevel(0.9);
        var each = Peeking.EachLook(level, Looks);
        var (random, plain, kept) = (new SeededRandom("peeking"), 0, 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            // Users have habits, so that days depend on each other.
            double[] habit = [.. Enumerable.Range(0, 2 * Users).Select(_ => random.NextDouble())], sum = new double[2 * Users];
            var (missedPlain, missedKept) = (false, false);
            for (var look = 0; look < Looks; look++)
            {
                for (var user = 0; user < sum.Length; user++)
                {
                    sum[user] += random.NextDouble() < habit[user] ? 1 : 0;
                }

                bool Misses(ConfidenceLevel at) => DifferenceOfMeans.Welch(Moments.Of(sum.AsSpan(0, Users).ToArray()), Moments.Of(sum.AsSpan(Users).ToArray()), at) is Estimate.Known known && (known.Low > 0 || known.High < 0);
                missedPlain |= Misses(level);
                missedKept |= Misses(each);
            }

            plain += missedPlain ? 1 : 0;
            kept += missedKept ? 1 : 0;
        }

        // 0.1 of 400 and three standard deviations.
        Assert.True(kept <= 58, $"{kept} of {Trials} wrong with intervals for every look");
        Assert.True(plain > 58, $"{plain} of {Trials} wrong with plain intervals: the test could not tell");
    }
}
