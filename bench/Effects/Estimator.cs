using Aampe.Agents.Core.Effects;

namespace Aampe.Agents.Bench.Effects;

/// <summary>One way to measure.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="With">Options from a world's.</param>
/// <param name="ByCrossValidation">Whether each scene's untreated users choose k.</param>
sealed record Estimator(string Name, Func<EffectOptions, EffectOptions> With, bool ByCrossValidation = false)
{
    static readonly int[] tried = [5, 10, 25, 50, 100, 200];

    public static Estimator[] All { get; } =
    [
        new("equal windows, f1 to f7, k 25 (paper)", options => options with { Features = NeighbourFeatures.All }),
        new("equal windows, f2 to f7, k 25", Habits),
        new("equal windows, f2 to f7, k by validation", Habits, ByCrossValidation: true),
        new("equal windows, f2 to f7 before pre, k 25", options => options with { Features = NeighbourFeatures.BeforeTheWindow }),
        new("long baseline, k 25", Long),
        new("long baseline, k by validation", Long, ByCrossValidation: true),
        new("adjusted", options => Habits(options) with { Adjust = true }),
        new("adjusted, long baseline", options => Long(options) with { Adjust = true }),
    ];

    /// <summary>Options for one scene, with what its untreated users told of the days before.</summary>
    public (EffectOptions Options, double? StratumVariance) For(IWorld world, Scene scene, Dictionary<int, int> chosen)
    {
        var options = With(world.Options);
        var before = scene.At - options.Window;
        if (ByCrossValidation && NeighbourChoice.Best(NeighbourChoice.Errors(scene.Pool, [before], tried, options)) is { } k)
        {
            chosen[k] = chosen.GetValueOrDefault(k) + 1;
            options = options with { Neighbours = k };
        }

        return (options, StratumVariance.Untreated(scene.Pool, [before, before - TimeSpan.FromHours(8), before - TimeSpan.FromHours(16)], options));
    }

    static EffectOptions Habits(EffectOptions options) => options with { Features = NeighbourFeatures.WithoutBaseline };

    static EffectOptions Long(EffectOptions options) => Habits(options) with { Baseline = Baseline.FourWeeks };
}
