using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Randomness;
using MathNet.Numerics.LinearAlgebra;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>The adjusted effect against the page's equations written out with matrices of Math.NET, each user left out by fitting anew. Tolerance 1e-8.</summary>
public class AdjustmentOracle
{
    const int Users = 50, Width = 8;

    [Theory]
    [InlineData("one")]
    [InlineData("two")]
    [InlineData("three")]
    public void The_effect_its_variance_and_its_surprises_are_those_of_the_page(string seed)
    {
        var random = new SeededRandom("adjustment oracle " + seed);
        var pool = Enumerable.Range(1, Users).Select(i => User(random, i)).ToArray();
        var own = User(random, 99);
        var treated = new TreatedUser(own.Events, own.ObservedSince, null, [T]) { FirstSeen = own.FirstSeen, Days = own.Days };
        var options = Options with { Adjust = true, DayWeights = new(2, 0.5) };

        var effect = Effect.MeasureNearest(T, treated, pool, null, options, 1, Circumstances.Complete).Identified();

        var (x, y, penalty) = Table(pool, options);
        var mine = Row(own, options);
        var expected = Predict(x, y, penalty, mine);
        var (levels, surprises) = LeaveOneOut(x, y, penalty);
        var line = Line(levels, surprises);
        Assert.Equal(Post(own) - expected, effect.Value, 1e-8);
        Assert.Equal(line(expected), effect.Variance!.Value, 1e-8);
        Assert.Equal(surprises.Select((e, i) => e * Math.Sqrt(line(expected) / line(levels[i]))), effect.ControlDifferences.Select(d => d - effect.ControlMean), (a, b) => Math.Abs(a - b) < 1e-8);
    }

    static ControlUser User(SeededRandom random, int number)
    {
        var rate = Math.Exp(Draw.Normal(random));
        var events = Enumerable.Range(0, 1 + (int)(rate * 10)).Select(_ => (Hours: -700 + 772 * random.NextDouble(), Weight: 0.5 + 2 * random.Next(2))).ToArray();
        var days = events.Aggregate(DayCounters.Empty, (all, e) => all.Add(new(0, "", Hours(e.Hours), null), e.Weight > 1, (e.Hours + 2400) % 24));
        return Control(number, events) with { Days = days, FirstSeen = Hours(-1200 - 10 * number), CountedSince = Hours(-1200) };
    }

    static double Post(ControlUser user) => Outcome.Measure(user.Events.Span, new(T, Hours(72)), T, Options.HalfLife).Value;

    static double[] Row(ControlUser user, EffectOptions options)
    {
        var month = user.Days.Sum28(T);
        var last = user.Events.ToArray().LastOrDefault(e => e.At < T);
        var row = new double[Width];
        row[0] = (2 * month.Goals + 0.5 * (month.Events - month.Goals)) / 28 * Outcome.WindowMass(options.HalfLife, options.Window).TotalDays;
        BehaviourFeatures.Fill(row.AsSpan(1), Outcome.Measure(user.Events.Span, new(Hours(-72), T), T, options.HalfLife).Value, month, last == default ? null : last.At, user.FirstSeen, T);
        return row;
    }

    // The intercept, then each covariate less its mean; the penalty of the intercept is 0.
    static (Matrix<double> X, Vector<double> Y, Matrix<double> Penalty) Table(ControlUser[] pool, EffectOptions options)
    {
        var rows = Matrix<double>.Build.DenseOfRowArrays(pool.Select(user => Row(user, options)));
        var x = Matrix<double>.Build.Dense(Users, Width + 1, (i, j) => j == 0 ? 1 : rows[i, j - 1]);
        var penalty = Vector<double>.Build.Dense(Width + 1, j => j == 0 ? 0 : 16.0 / Users * (rows.Column(j - 1) - rows.Column(j - 1).Average()).PointwisePower(2).Sum());
        return (x, Vector<double>.Build.DenseOfEnumerable(pool.Select(Post)), Matrix<double>.Build.DiagonalOfDiagonalVector(penalty));
    }

    static double Predict(Matrix<double> x, Vector<double> y, Matrix<double> penalty, double[] row) =>
        (x.TransposeThisAndMultiply(x) + penalty).QR().Solve(x.TransposeThisAndMultiply(y)) * Vector<double>.Build.DenseOfEnumerable(row.Prepend(1));

    static (double[] Levels, double[] Surprises) LeaveOneOut(Matrix<double> x, Vector<double> y, Matrix<double> penalty) => (
        [.. Enumerable.Range(0, Users).Select(i => Predict(x, y, penalty, [.. x.Row(i).Skip(1)]))],
        [.. Enumerable.Range(0, Users).Select(i => y[i] - Predict(x.RemoveRow(i), Vector<double>.Build.DenseOfEnumerable(y.Where((_, j) => j != i)), penalty, [.. x.Row(i).Skip(1)]))]);

    static Func<double, double> Line(double[] levels, double[] surprises)
    {
        double[] m = [.. levels.Select(level => Math.Max(0, level))], q = [.. surprises.Select(e => e * e)];
        var slope = m.Zip(q, (a, b) => (a - m.Average()) * (b - q.Average())).Sum() / m.Sum(a => Math.Pow(a - m.Average(), 2));
        slope = Math.Clamp(slope, 0, 0.95 * q.Average() / m.Average());
        return level => q.Average() + slope * (Math.Max(0, level) - m.Average());
    }
}
