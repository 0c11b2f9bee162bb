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
sealed record Run(string World, int Users, int Seed, string Design, double[] Weeks, double Harmed, int Bytes, double Microseconds)
{
    /// <summary>The same as in weeks, over the last seven days of the horizon.</summary>
    public double LastDays { get; init; }

    /// <summary>What the design has found out about the world.</summary>
    public string Found { get; init; } = "";

    /// <summary>Share of each week's decisions that were uniform.</summary>
    public double[] Uniform { get; init; } = [];

    /// <summary>Share of each week's decisions that drew from a belief.</summary>
    public double[] Drawn { get; init; } = [];
}

/// <summary>Worlds × designs × seeds: how close learning comes to what any learner could do.</summary>
static class LearningBench
{
    // Who is measured: the bound and the oracle do not gain from a larger population, so they need no more than these.
    const int Measured = 20_000;

    const string Reference = "information bound";

    // Third week with messages: days 15 to 21.
    const int Week = 2;

    /// <summary>Runs and prints.</summary>
    /// <param name="file">One world's file; null = all worlds of the folder.</param>
    /// <param name="seeds">Seeds 1 to this.</param>
    /// <param name="quick">Only chance, the joint design and the information bound: what its share needs.</param>
    /// <param name="json">Whether the last line is JSON.</param>
    public static int Run(string? file, int seeds, bool quick, bool json)
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
        Console.WriteLine("world             seed  design               goals/user, days 15-21  of bound  of oracle   last 7 days  of bound  harmed   bytes  us/user-day  found");
        foreach (var world in worlds)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var own = Play(world, seed, quick);
                runs.AddRange(own);
                foreach (var run in own)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{run.World,-18} {seed,3}  {run.Design,-20} {run.Weeks[Week],22:0.0000}  {Percent(Share(own, run, Reference, Third)),8}  {Percent(Share(own, run, "oracle", Third)),9}  {run.LastDays,11:0.0000}  {Percent(Share(own, run, Reference, Last)),8}  {run.Harmed,6:0.000}  {run.Bytes,6}  {run.Microseconds,11:0.0}  {run.Found}"));
                }

                var joint = own.First(run => run.Design == "joint");
                Console.WriteLine($"{world.Name,-18} {seed,3}  joint explores, week by week: uniform {Each(joint.Uniform)}; drawn {Each(joint.Drawn)}");
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
                .Select(own => Share([.. own], own.First(run => run.Design == "joint"), Reference, Third)).OfType<double>().ToArray();
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
        double? Harm(string design) => runs.Where(run => run.Design == design).Select(run => (double?)run.Harmed).Average();
        double? average = defined.Length == 0 ? null : defined.Average(), worst = defined.Length == 0 ? null : defined.Min();
        // A ratio to a lift that is not there has no value.
        double? against = Lift("plain (Beta)") is var plain and > 1e-9 ? Lift("joint") / plain : null;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"share of the bound: mean {Percent(average)}, worst {Percent(worst)}; lift over random against the plain design's: {(against is { } times ? $"{times:0.0} times" : "not defined")}; users harmed: joint {Percent(Harm("joint"))}, plain {Percent(Harm("plain (Beta)"))}, pooled {Percent(Harm("pooled"))}, best single message {Percent(Harm("best single message"))}, rules {Percent(Harm("rules"))}, random {Percent(Harm("random"))}"));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { meanShareOfBound = average, worstShareOfBound = worst, againstPlain = against, harmedShare = Harm("joint"), rows = runs }, JsonSerializerOptions.Web));
        }
    }

    static string Each(double[] shares) => string.Join(' ', shares.Select(share => Percent(share)));

    static string Percent(double? share) => share is { } known ? known.ToString("P1", CultureInfo.InvariantCulture) : "-";

    // 0 = random, 1 = the reference. Null where the reference itself brings no more than chance.
    static double? Share(IReadOnlyCollection<Run> runs, Run run, string reference, Func<Run, double> figure)
    {
        if (runs.FirstOrDefault(one => one.Design == reference) is not { } known)
        {
            return null;
        }

        var floor = figure(runs.First(one => one.Design == "random"));
        var reach = figure(known) - floor;
        return reach > 1e-4 ? (figure(run) - floor) / reach : null;
    }

    static double Third(Run run) => run.Weeks[Week];

    static double Last(Run run) => run.LastDays;

    static List<Run> Play(World world, int seed, bool quick)
    {
        var population = new Population(world, seed);
        var few = world.Users <= Measured ? population : new Population(world with { Users = Measured }, seed);
        var (host, fewHost) = (new Host(population), new Host(few));
        var exact = new JointOptions { Exploration = null, HalfLifeHours = world.Effect.HalfLifeHours, LoadHalfLifeDays = world.Effect.LoadHalfLifeDays };
        double[] prices = [0, 1, 2];
        (string Name, Func<Run> Live)[] all =
        [
            ("random", () => Live(population, host, _ => new RandomDesign(host, 0.8))),
            ("rules", () => Live(population, host, _ => new RulesDesign(host))),
            ("best single message", () => Live(few, fewHost, life => new OracleDesign(fewHost, few, life, 0, perUser: false))),
            ("plain (Beta)", () => Live(population, host, _ => new PlainDesign(host))),
            ("pooled", () => Live(population, host, _ => new OutcomeDesign(host, new JointOptions { Exploration = null, Personal = false, Fit = new() { Workers = 2, Passes = 5, MostTypes = 1, Slopes = false } }, "pooled"))),
            ("joint", () => Live(population, host, _ => new OutcomeDesign(host, new JointOptions(), "joint"))),
            (Reference, () => prices.Select(price => Live(few, fewHost, life => Bound(fewHost, few, life, exact with { Price = price }))).MaxBy(run => run.Weeks[Week])!),
            ("oracle", () => prices.Select(price => Live(few, fewHost, life => new OracleDesign(fewHost, few, life, price, perUser: true))).MaxBy(run => run.Weeks[Week])!),
        ];
        return [.. all.Where(one => !quick || one.Name is "random" or "joint" or Reference).Select(one => one.Live())];
    }

    static BoundDesign Bound(Host host, Population population, Life life, JointOptions options) => population.World.Drift is null
        ? new BoundDesign(host, population, options)
        : new DriftBoundDesign(host, population, life, options);

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
        var (uniform, drawn) = (new double[population.World.HorizonDays / 7], new double[population.World.HorizonDays / 7]);
        var treated = Enumerable.Range(0, measured).Count(u => !host.IsControl(u));
        for (var day = 0; day < population.World.HorizonDays; day++)
        {
            watch.Start();
            design.Decide(day, sends);
            watch.Stop();
            if (day / 7 < uniform.Length)
            {
                uniform[day / 7] += design.Explored.Uniform / 7;
                drawn[day / 7] += design.Explored.Drawn / 7;
            }

            life.Step(day, sends);
            watch.Start();
            design.Observe(day, sends, life.Counts);
            watch.Stop();
            brought.Add(day, life);
        }

        if (design is OutcomeDesign chosen)
        {
            Console.WriteLine($"{population.World.Name,-18} {population.Seed,3}  {design.Name,-20} {chosen.Chosen}");
        }

        var perUserDay = watch.Elapsed.TotalMicroseconds * Environment.ProcessorCount / ((double)host.Users * population.World.HorizonDays);
        return new Run(population.World.Name, host.Users, population.Seed, design.Name, brought.PerUser(treated), brought.Harmed(treated), design.BytesPerAgent, perUserDay)
        {
            LastDays = brought.LastDays(treated),
            Found = design.Found,
            Uniform = uniform,
            Drawn = drawn,
        };
    }
}
