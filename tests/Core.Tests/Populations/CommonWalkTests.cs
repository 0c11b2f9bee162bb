using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;
using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class CommonWalkTests
{
    const int Users = 400;

    [Fact]
    public void A_day_is_judged_as_dense_algebra_over_its_rows_judges_it()
    {
        var belief = EffectBelief.Of(Town.Law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8])), EffectStatistic.Empty(6));
        var (first, second) = (new WalkSums(6), new WalkSums(6));
        var rows = Town.Rows("sums", 60).Select(one => (one.Row, Outcome: one.Outcome + 8 * one.Row[1])).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            (i < 17 ? first : second).Add(belief, rows[i].Row, rows[i].Outcome, 2, 0.6);
        }

        first.Add(second);
        var (walk, step) = CommonWalk.Start(6).Follow(first, Town.Law, Town.Layout, 0.01);
        var judged = CommonWalk.Paces.Select(pace => CommonWalk.Passing.Select(passing => Dense(belief, rows, pace, passing)).MaxBy(of => of.Evidence)).ToArray();
        var best = judged.MaxBy(of => of.Evidence);
        Assert.True(walk.Pace > 0);
        Assert.All(walk.Evidence.Zip(judged), pair => Assert.Equal(pair.Second.Evidence - judged[0].Evidence, pair.First - walk.Evidence[0], 1e-8));
        Assert.All(step.Zip(best.Step), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
    }

    static (double Evidence, Vector<double> Step) Dense(EffectBelief belief, List<(double[] Row, double Outcome)> rows, double pace, double passing)
    {
        var x = Matrix<double>.Build.DenseOfRowArrays(rows.Select(row => row.Row));
        var walks = Matrix<double>.Build.Dense(6, 6, (i, j) => i == j && i < Town.Layout.Fatigue ? Town.Law.Covariance[i * (i + 3) / 2] : 0);
        var own = Matrix<double>.Build.DenseOfDiagonalArray([.. rows.Select(row => 0.5 + belief.Value(row.Row).Variance)]);
        var miss = Vector<double>.Build.DenseOfEnumerable(rows.Select(row => row.Outcome - belief.Value(row.Row).Mean));
        var all = x * ((pace + passing) * walks) * x.Transpose() + own + 0.01 * 0.6 * 0.6;
        return (-0.5 * (Math.Log(all.Determinant()) + miss.DotProduct(all.Solve(miss))), pace * walks * x.Transpose() * all.Solve(miss));
    }

    [Fact]
    public void A_population_that_wanders_is_followed()
    {
        var (pace, lost, walked) = Lived(0.02, 0, "wander");
        Assert.True(pace > 0);
        // Of the way that everybody went, less than a fifth (squared) is left.
        Assert.True(lost < 0.2 * walked, $"{lost} of {walked}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.15)]
    public void A_population_that_stands_still_is_left_alone_whatever_the_days_bring(double shock)
    {
        var (pace, lost, _) = Lived(0, shock, $"still {shock}");
        Assert.Equal((0.0, 0.0), (pace, lost));
    }

    [Fact]
    public void Means_that_were_wrong_from_the_start_are_no_walk_once_they_are_doubted()
    {
        Assert.True(Lived(0, 0, "wrong", wrong: 0.25, doubted: false).Pace > 0, "Without the doubt an error of the means has to look like a walk, or this test shows nothing.");
        var (pace, _, _) = Lived(0, 0, "wrong", wrong: 0.25, doubted: true);
        Assert.Equal(0, pace);
    }

    static PopulationPrior Erring(double error) => new(
        Town.Law.Types, Town.Law.Shares.AsSpan(), Town.Law.Means, Town.Law.Slopes, Town.Law.Centres.AsSpan(), Town.Law.Scales.AsSpan(), Town.Law.Covariance.AsSpan(), Town.Law.Noise) { MeanError = error * error };

    // Forty days of a town under its own law. A shock moves everybody's organic outcome for a day; the control group has measured it with an error of its size.
    static (double Pace, double Lost, double Walked) Lived(double step, double shock, string seed, double wrong = 0, bool doubted = false)
    {
        var random = new SeededRandom(seed);
        var prior = Erring(wrong);
        var users = Enumerable.Range(0, Users).Select(_ => Town.Draw(random)).ToArray();
        var statistics = users.Select(_ => EffectStatistic.Empty(6)).ToArray();
        var walk = doubted ? CommonWalk.Start(6).Refitted(null, prior, Town.Layout) : CommonWalk.Start(6);
        var truth = Enumerable.Range(0, 6).Select(i => i < Town.Layout.Fatigue ? wrong : 0).ToArray();
        for (var day = 0; day < 40; day++)
        {
            var sums = new WalkSums(6);
            var luck = shock * Draw.Normal(random);
            for (var u = 0; u < Users; u++)
            {
                var (row, outcome) = Town.Day([.. users[u].Effects.Zip(truth, (own, moved) => own + moved)], random);
                var belief = EffectBelief.Of(prior.Of(new BehaviourSummary(28, users[u].Counts[4] + users[u].Counts[5], users[u].Counts)), statistics[u]);
                sums.Add(belief, row, outcome + luck * 0.6, 1 / 0.49, 0.6);
                statistics[u] = statistics[u].Add(row, outcome + luck * 0.6, 1 / 0.49);
            }

            (walk, var moved) = walk.Follow(sums, prior, Town.Layout, shock * shock);
            var from = prior.Drift.Day;
            prior = prior.Moved(moved, null, 1);
            for (var u = 0; u < Users; u++)
            {
                statistics[u] = prior.Drift.Carry(statistics[u], from);
            }

            for (var i = 0; i < Town.Layout.Fatigue; i++)
            {
                truth[i] += step * Draw.Normal(random);
            }
        }

        var followed = Vector<double>.Build.Dense(prior.Means[0]) - Vector<double>.Build.Dense(Town.Law.Means[0]);
        var went = Vector<double>.Build.Dense(truth);
        return (walk.Pace, (went - followed).DotProduct(went - followed), went.DotProduct(went));
    }
}
