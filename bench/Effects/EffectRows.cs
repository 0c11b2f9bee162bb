using System.Diagnostics;

namespace Aampe.Agents.Bench.Effects;

/// <summary>Estimators of the effect beside each other, on worlds where the truth is known: docs/adr/0006 holds its table.</summary>
static class EffectRows
{
    /// <param name="seed">Key of all draws.</param>
    /// <param name="scenes">Scenes a world, 100 effects each.</param>
    /// <param name="purchases">Path of the purchase log.</param>
    public static void Run(string seed, int scenes, string purchases)
    {
        Console.WriteLine($"seed {seed}, {scenes} scenes a world; outcomes in nats");
        foreach (var world in (IWorld[])
        [
            new SparseTown("simulated, placebo, 400 users", 400, lift: 0, daysOfSends: 1),
            new SparseTown("simulated, a message adds half of a user's rate, 400 users", 400, lift: 0.5, daysOfSends: 1),
            new SparseTown("simulated, a message a day for 14 days adds half of a user's rate, 400 users", 400, lift: 0.5, daysOfSends: 14),
            new SparseTown("simulated, placebo, 60 users", 60, lift: 0, daysOfSends: 1),
            new SparseTown("simulated, placebo on users chosen by their own rate, 400 users", 400, lift: 0, daysOfSends: 1, byActivity: true),
            new PurchaseLog(purchases),
        ])
        {
            Print(world, seed, scenes);
        }
    }

    static void Print(IWorld world, string seed, int scenes)
    {
        var tallies = Estimator.All.Select(_ => new Tally(world.Options)).ToArray();
        var clocks = Estimator.All.Select(_ => new Stopwatch()).ToArray();
        var chosen = Estimator.All.Select(_ => new Dictionary<int, int>()).ToArray();
        var effects = 0;
        for (var number = 0; number < scenes; number++)
        {
            var scene = world.Draw(seed, number);
            effects += scene.Treated.Length;
            for (var i = 0; i < Estimator.All.Length; i++)
            {
                var (options, variance) = Estimator.All[i].For(world, scene, chosen[i]);
                clocks[i].Start();
                foreach (var user in scene.Treated)
                {
                    tallies[i].Add(scene, number, user, variance, options);
                }

                clocks[i].Stop();
            }
        }

        Console.WriteLine($"\n{world.Name}\n\n{Tally.Header}");
        for (var i = 0; i < Estimator.All.Length; i++)
        {
            Console.WriteLine(tallies[i].Row(Estimator.All[i].Name, clocks[i].Elapsed.TotalMicroseconds / effects));
        }

        foreach (var (estimator, ks) in Estimator.All.Zip(chosen).Where(pair => pair.First.ByCrossValidation))
        {
            Console.WriteLine($"\n{estimator.Name}: {string.Join(", ", ks.OrderBy(pair => pair.Key).Select(pair => $"k {pair.Key} in {pair.Value}"))} scenes");
        }
    }
}
