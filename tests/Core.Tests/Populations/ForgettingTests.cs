using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class ForgettingTests
{
    static UserPrior Someone => Town.Law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8]));

    [Fact]
    public void Densities_of_rows_multiply_to_the_evidence_of_all()
    {
        var (own, sum) = (EffectStatistic.Empty(6), 0.0);
        foreach (var (row, outcome) in Town.Rows("chain", 10))
        {
            sum += EffectBelief.Of(Someone, own).LogDensity(row, outcome, 2);
            own = own.Add(row, outcome, 2);
        }

        Assert.Equal(EffectBelief.Of(Someone, own).LogEvidence - 5 * Math.Log(2 * Math.PI), sum, 1e-3);
    }

    [Fact]
    public void A_forgetful_statistic_is_that_of_rows_whose_weight_fades()
    {
        var rows = Town.Rows("fade", 10);
        var (trials, faded) = (Forgetting.Start(EffectStatistic.Empty(6)), EffectStatistic.Empty(6));
        var forgetting = new Forgetting();
        for (var day = 0; day < rows.Count; day++)
        {
            forgetting.Add(Someone, trials, rows[day].Row, rows[day].Outcome, 2);
            Forgetting.Pass(trials, new double[6], 1);
            faded = faded.Add(rows[day].Row, rows[day].Outcome, 2 * Math.Pow(2, -(rows.Count - day) / 15.0));
        }

        var fifteen = Forgetting.HalfLives.IndexOf(15);
        Assert.All(trials[fifteen].Products.ToArray().Zip(faded.Products.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
        Assert.All(trials[fifteen].Sums.ToArray().Zip(faded.Sums.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Theory]
    [InlineData(null, 0.7, null)]
    [InlineData(30.0, 0.7, 60.0)]
    [InlineData(10.0, 0.15, 7.0)]
    public void The_half_life_that_foretells_best_leads(double? ofTastes, double noise, double? tried)
    {
        var whole = new Forgetting();
        foreach (var part in Enumerable.Range(0, 2).Select(shard => Lived(ofTastes, noise, shard)))
        {
            whole.Add(part);
        }

        Assert.Equal(2 * 150 * 60, whole.Count);
        Assert.Equal(tried, whole.HalfLifeDays);
    }

    // Users of the town whose own tastes make an Ornstein–Uhlenbeck process with this half-life around their type. Rows that say much may soon be
    // forgotten; where noise hides tastes, old rows are all there is, and the best half-life is longer than that of the tastes.
    static Forgetting Lived(double? halfLife, double noise, int shard)
    {
        var random = new SeededRandom($"tastes {halfLife} {noise} {shard}");
        var forgetting = new Forgetting();
        var kept = halfLife is { } days ? Math.Pow(2, -1 / days) : 1;
        for (var u = 0; u < 150; u++)
        {
            var (type, effects, counts) = Town.Draw(random);
            var prior = Town.Law.Of(new BehaviourSummary(28, counts[4] + counts[5], counts));
            var trials = Forgetting.Start(EffectStatistic.Empty(6));
            for (var day = 0; day < 60; day++)
            {
                var row = Town.Day(effects, random).Row;
                forgetting.Add(prior, trials, row, row.Zip(effects, (x, t) => x * t).Sum() + noise * Draw.Normal(random), 1 / (noise * noise));
                Forgetting.Pass(trials, new double[6], 1);
                for (var i = 0; i < Town.Layout.Fatigue; i++)
                {
                    var mean = Town.Law.Means[type][i];
                    effects[i] = mean + kept * (effects[i] - mean) + Math.Sqrt((1 - kept * kept) * Town.Law.Covariance[i * (i + 3) / 2]) * Draw.Normal(random);
                }
            }
        }

        return forgetting;
    }
}
