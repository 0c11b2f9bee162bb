using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>One design in one world: true goals that its messages brought, per user and week.</summary>
/// <param name="World">Name of the world.</param>
/// <param name="Users">Users of the world.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Design">Name of the design.</param>
/// <param name="Weeks">Goals per user brought in each week.</param>
/// <param name="Harmed">Share of users whose messages of days 15 to 21 did them harm.</param>
/// <param name="Bytes">Bytes an agent keeps.</param>
/// <param name="Microseconds">Time of one core per user and day, population fit included.</param>
sealed record Run(string World, int Users, int Seed, string Design, double[] Weeks, double Harmed, int Bytes, double Microseconds);

/// <summary>Worlds × designs × seeds: how close learning comes to what any learner could do.</summary>
static class LearningBench
{
    // Who is measured: the bound and the oracle do not gain from a larger population, so they need no more than these.
    const int Measured = 20_000;

    // Third week with messages: days 15 to 21.
    const int Week = 2;

    public static int Run(string? file, int seeds, bool json)
    {
        var worlds = new List<World>();
        try
        {
            string[] files = file is null ? [.. Directory.GetFiles(WorldFile.Folder, "*.json").Order(StringComparer.Ordinal)] : [file];
            worlds.AddRange(files.Select(WorldFile.Read));
        }
        catch (WorldException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }

        var runs = new List<Run>();
        Console.WriteLine("world             seed  design               goals/user, days 15-21  of bound  of oracle   last week  of bound  harmed   bytes  us/user-day");
        foreach (var world in worlds)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var own = Play(world, seed);
                runs.AddRange(own);
                foreach (var run in own)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{run.World,-18} {seed,3}  {run.Design,-20} {run.Weeks[Week],22:0.0000}  {Percent(Share(own, run, "information bound", Week)),8}  {Percent(Share(own, run, "oracle", Week)),9}  {run.Weeks[^1],10:0.0000}  {Percent(Share(own, run, "information bound", run.Weeks.Length - 1)),8}  {run.Harmed,6:0.000}  {run.Bytes,6}  {run.Microseconds,11:0.0}"));
                }
            }
        }

        Sum(runs, json);
        return 0;
    }

    static void Sum(List<Run> runs, bool json)
    {
        var shares = runs.GroupBy(run => run.World).Select(world =>
        {
            var seeds = world.GroupBy(run => run.Seed)
                .Select(own => Share([.. own], own.First(run => run.Design == "joint"), "information bound", Week)).OfType<double>().ToArray();
            var mean = seeds.Length == 0 ? double.NaN : seeds.Average();
            var error = seeds.Length < 2 ? double.NaN : Math.Sqrt(seeds.Sum(x => (x - mean) * (x - mean)) / (seeds.Length - 1) / seeds.Length);
            return (World: world.Key, Mean: mean, Error: error);
        }).ToArray();
        foreach (var (world, mean, error) in shares)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{world,-18} joint, share of the bound, days 15-21: {(double.IsNaN(mean) ? "not defined: the bound brings no more than chance" : $"{mean:P1} ± {(double.IsNaN(error) ? "one seed" : error.ToString("P1", CultureInfo.InvariantCulture))}")}"));
        }

        var defined = shares.Where(share => !double.IsNaN(share.Mean)).Select(share => share.Mean).ToArray();
        double Lift(string design) => runs.Where(run => run.Design == design).Sum(run => run.Weeks[Week] - runs.First(other => other.World == run.World && other.Seed == run.Seed && other.Design == "random").Weeks[Week]);
        double Harm(string design) => runs.Where(run => run.Design == design).Average(run => run.Harmed);
        double? average = defined.Length == 0 ? null : defined.Average(), worst = defined.Length == 0 ? null : defined.Min();
        // A ratio to a lift that is not there has no value.
        double? against = Lift("plain (Beta)") is var plain and > 1e-9 ? Lift("joint") / plain : null;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"share of the bound: mean {Percent(average)}, worst {Percent(worst)}; lift over random against the plain design's: {(against is { } times ? $"{times:0.0} times" : "not defined")}; users harmed: joint {Harm("joint"):P1}, plain {Harm("plain (Beta)"):P1}, pooled {Harm("pooled"):P1}, best single message {Harm("best single message"):P1}, rules {Harm("rules"):P1}, random {Harm("random"):P1}"));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { meanShareOfBound = average, worstShareOfBound = worst, againstPlain = against, harmedShare = Harm("joint"), rows = runs }, JsonSerializerOptions.Web));
        }
    }

    static string Percent(double? share) => share is { } known ? known.ToString("P1", CultureInfo.InvariantCulture) : "-";

    // 0 = random, 1 = the reference. Null where the reference itself brings no more than chance.
    static double? Share(IReadOnlyCollection<Run> runs, Run run, string reference, int week)
    {
        var floor = runs.First(one => one.Design == "random").Weeks[week];
        var reach = runs.First(one => one.Design == reference).Weeks[week] - floor;
        return reach > 1e-4 ? (run.Weeks[week] - floor) / reach : null;
    }

    static List<Run> Play(World world, int seed)
    {
        var population = new Population(world, seed);
        var few = world.Users <= Measured ? population : new Population(world with { Users = Measured }, seed);
        var (host, fewHost) = (new Host(population), new Host(few));
        var exact = new JointOptions { HalfLifeHours = world.Effect.HalfLifeHours, LoadHalfLifeDays = world.Effect.LoadHalfLifeDays };
        double[] prices = [0, 1, 2];
        return
        [
            Live(population, host, _ => new RandomDesign(host, 0.8)),
            Live(population, host, _ => new RulesDesign(host)),
            Live(few, fewHost, life => new OracleDesign(fewHost, few, life, 0, perUser: false)),
            Live(population, host, _ => new PlainDesign(host)),
            Live(population, host, _ => new JointDesign(host, new JointOptions { Personal = false, Fit = new() { Workers = 2, Passes = 5, MostTypes = 1, Slopes = false } }, "pooled")),
            Live(population, host, _ => new JointDesign(host, new JointOptions(), "joint")),
            prices.Select(price => Live(few, fewHost, _ => new BoundDesign(fewHost, few, exact with { Price = price }))).MaxBy(run => run.Weeks[Week])!,
            prices.Select(price => Live(few, fewHost, life => new OracleDesign(fewHost, few, life, price, perUser: true))).MaxBy(run => run.Weeks[Week])!,
        ];
    }

    /// <summary>Lives a world under one design.</summary>
    internal static Run Live(Population population, Host host, Func<Life, Design> make)
    {
        var life = new Life(population);
        var design = make(life);
        var watch = new Stopwatch();
        watch.Start();
        design.Begin();
        watch.Stop();
        var sends = new Sends(host.Users, host.Sets.Length);
        var measured = Math.Min(host.Users, Measured);
        var brought = new Brought(measured, population.World.HorizonDays);
        var treated = Enumerable.Range(0, measured).Count(u => !host.IsControl(u));
        for (var day = 0; day < population.World.HorizonDays; day++)
        {
            watch.Start();
            design.Decide(day, sends);
            watch.Stop();
            life.Step(day, sends);
            watch.Start();
            design.Observe(day, sends, life.Counts);
            watch.Stop();
            brought.Add(day, life);
        }

        var perUserDay = watch.Elapsed.TotalMicroseconds * Environment.ProcessorCount / ((double)host.Users * population.World.HorizonDays);
        return new Run(population.World.Name, host.Users, population.Seed, design.Name, brought.PerUser(treated), brought.Harmed(treated), design.BytesPerAgent, perUserDay);
    }
}
