using System.Globalization;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Outcomes;

namespace Aampe.Agents.Bench.Effects;

/// <summary>
/// Errors of one estimator in one world. Users of a scene share their controls and their days, so that scenes, not users, are what intervals count.
/// </summary>
sealed class Tally(EffectOptions options)
{
    static readonly double[] levels = [0.9, 0.99];

    readonly List<(double Error, double? Variance, int Scene)> errors = [];
    readonly int[] byNormal = new int[2], byRank = new int[2], ranked = new int[2];
    double found, planted;
    int missing, known;

    public void Add(Scene scene, int number, Planted user, double? stratumVariance, EffectOptions with)
    {
        if (Effect.MeasureNearest(scene.At, user.User, scene.Pool, stratumVariance, with, 1, Core.Effects.Circumstances.Complete) is not Effect.Identified effect)
        {
            missing++;
            return;
        }

        var truth = Outcome.Measure(user.Added, new(scene.At, scene.At + effect.Length), scene.At, options.HalfLife).Value;
        errors.Add((effect.Value - truth, effect.Variance, number));
        (found, planted) = (found + effect.Value, planted + truth);
        known += effect.Variance is null ? 0 : 1;
        for (var i = 0; i < levels.Length; i++)
        {
            byNormal[i] += effect.StandardError is { } error && Math.Abs(effect.Value - truth) <= new ConfidenceLevel(levels[i]).NormalQuantile * error ? 1 : 0;
            ranked[i] += effect.Interval(levels[i]) is null ? 0 : 1;
            byRank[i] += effect.Interval(levels[i]) is { } limits && limits.Low <= truth && truth <= limits.High ? 1 : 0;
        }
    }

    public const string Header =
        "| estimator | effects (none) | ΔY, true | bias ± 99 % | ± as % of SD | SD | RMSE | stated / true variance ± 99 % | ± z·SE holds 90, 99 | ranks hold 90, 99 | µs |\n|---|---|---|---|---|---|---|---|---|---|---|";

    public string Row(string name, double microseconds)
    {
        if (errors.Count == 0)
        {
            return $"| {name} | 0 ({missing}) | | | | | | | | | |";
        }

        var n = errors.Count;
        var bias = errors.Average(one => one.Error);
        var sd = Math.Sqrt(errors.Sum(one => Math.Pow(one.Error - bias, 2)) / (n - 1));
        var half = ByScene(one => one.Error - bias) / n;
        var squares = errors.Where(one => one.Variance is not null).Sum(one => Math.Pow(one.Error - bias, 2));
        var ratio = errors.Sum(one => one.Variance ?? 0) / squares;
        var ratioHalf = ByScene(one => one.Variance is { } stated ? stated - ratio * Math.Pow(one.Error - bias, 2) : 0) / squares;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {n:#,0} ({missing:#,0}) | {found / n:0.000}, {planted / n:0.000} | {bias:0.0000} ± {half:0.0000} | {100 * half / sd:0.0} | {sd:0.000} | {Math.Sqrt(errors.Average(one => one.Error * one.Error)):0.000} | {ratio:0.00} ± {ratioHalf:0.00} | {Share(byNormal[0], known)}, {Share(byNormal[1], known)} | {Share(byRank[0], ranked[0])}, {Share(byRank[1], ranked[1])} | {microseconds:0} |");
    }

    double ByScene(Func<(double Error, double? Variance, int Scene), double> part) =>
        ConfidenceLevel.Default.NormalQuantile * Math.Sqrt(errors.GroupBy(one => one.Scene).Sum(scene => Math.Pow(scene.Sum(part), 2)));

    static string Share(int part, int all) => all == 0 ? "–" : (100.0 * part / all).ToString("0.0", CultureInfo.InvariantCulture);
}
