using Aampe.Agents.Core.Populations;
using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Worlds;
using Aampe.Agents.WorldsApp;

namespace Aampe.Agents.Bench.Learning;

/// <summary>The same world twice: lived through the whole product over HTTP, and by the designs in this process. The same users, the same luck, the same control group.</summary>
static class ProductBench
{
    /// <summary>What is asked for.</summary>
    internal sealed record Order(string File, string Silo, int? Users, int? Days, int Seed, int Seeds, string Posterior, bool Adaptive, bool Json);

    /// <summary>One seed.</summary>
    sealed record Pair(int Seed, Run Product, Run[] Designs, WorldResult Result)
    {
        public Run Of(string design) => Designs.First(run => run.Design == design);

        // 0 = random, 1 = the reference.
        public double? Share(Run run, string reference, int week) =>
            Of(reference).Weeks[week] - Of("random").Weeks[week] is var way && way > 1e-4 ? (run.Weeks[week] - Of("random").Weeks[week]) / way : null;
    }

    public static async Task<int> RunAsync(Order order)
    {
        if (Read(order) is not { } world)
        {
            return 2;
        }

        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stopping.Cancel();
        };
        var pairs = new List<Pair>();
        for (var seed = order.Seed; seed < order.Seed + order.Seeds; seed++)
        {
            pairs.Add(await OneAsync(order, world, seed, stopping.Token));
            Print(pairs[^1]);
        }

        Sum(pairs, order.Json);
        return pairs.All(pair => Faults(pair.Result).Count == 0) ? 0 : 1;
    }

    static World? Read(Order order)
    {
        try
        {
            var world = WorldFile.Read(order.File);
            world = world with { Users = order.Users ?? world.Users, HorizonDays = order.Days ?? world.HorizonDays };
            if (world.Users is < 100 or > 50_000 || world.HorizonDays is < 7 or > 120)
            {
                throw new WorldException([$"--users must be 100 to 50000 and --days 7 to 120; they are {world.Users} and {world.HorizonDays}"]);
            }

            if (order.Posterior is not ("joint" or "gaussian" or "beta"))
            {
                throw new WorldException([$"--posterior must be joint, gaussian or beta; was {order.Posterior}"]);
            }

            return world;
        }
        catch (WorldException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return null;
        }
    }

    static async Task<Pair> OneAsync(Order order, World world, int seed, CancellationToken stop)
    {
        var population = new Population(world, seed);
        var plan = new WorldPlan(world, seed) { Silo = Path.GetFullPath(order.Silo), Posterior = order.Posterior, Adaptive = order.Adaptive };
        var result = await WorldPlay.RunAsync(plan, population, day => Console.Error.WriteLine($"seed {seed}: day {day + 1} of {world.HorizonDays} lived through the product"), stop);
        var name = $"product ({order.Posterior})";
        var product = new Run(world.Name, world.Users, seed, name, result.Brought.PerUser(result.Treated), result.Brought.Harmed(result.Treated), 0, result.Elapsed.TotalMicroseconds * Environment.ProcessorCount / ((double)world.Users * world.HorizonDays));
        // Whom the product's experiment leaves alone, the designs leave alone.
        result.Control.CopyTo(population.Control, 0);
        var host = new Host(population);
        return new Pair(seed, product,
        [
            LearningBench.Live(population, host, _ => new RandomDesign(host, 0.8)),
            LearningBench.Live(population, host, _ => new JointDesign(host, new JointOptions { Exploration = order.Adaptive ? new ExplorationOptions() : null, RandomDays = order.Adaptive ? 0 : 3 }, "joint")),
            LearningBench.Live(population, host, _ => new BoundDesign(host, population, new JointOptions { Exploration = null, HalfLifeHours = world.Effect.HalfLifeHours, LoadHalfLifeDays = world.Effect.LoadHalfLifeDays })),
            LearningBench.Live(population, host, life => new OracleDesign(host, population, life, 1, perUser: true)),
        ], result);
    }

    static void Print(Pair pair)
    {
        var last = pair.Product.Weeks.Length - 1;
        Console.WriteLine($"world             seed  design               goals/user by week{new string(' ', Math.Max(1, 9 * pair.Product.Weeks.Length - 18))}of joint  of bound  of oracle  harmed");
        foreach (var run in pair.Designs.Prepend(pair.Product))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{run.World,-18} {run.Seed,3}  {run.Design,-20} {string.Concat(run.Weeks.Select(week => week.ToString("0.0000", CultureInfo.InvariantCulture).PadLeft(8) + " "))} {Percent(pair.Share(run, "joint", last)),8}  {Percent(pair.Share(run, "information bound", last)),8}  {Percent(pair.Share(run, "oracle", last)),9}  {run.Harmed,6:P1}"));
        }

        var result = pair.Result;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"events posted {result.Posted:N0}, known to agents {result.Known:N0}, dead letters {result.DeadLetters}; decisions {result.Decisions:N0}, messages {result.Handed:N0}, sends by agents' counters {result.Sends:N0}; {result.Propensities.Count} propensities read back, {result.Treated:N0} users treated, {result.Elapsed.TotalMinutes:0.0} min"));
        foreach (var fault in Faults(result))
        {
            Console.WriteLine("FAULT: " + fault);
        }
    }

    static List<string> Faults(WorldResult result)
    {
        var faults = new List<string>();
        void Must(bool holds, string otherwise)
        {
            if (!holds)
            {
                faults.Add(otherwise);
            }
        }

        Must(result.Posted == result.Known, "agents do not know all events that were posted");
        Must(result.DeadLetters == 0 && result.Refused == 0, "events or hand-overs were refused");
        Must(result.Handed == result.Sends, "agents do not count the messages that were handed over");
        Must(result.Propensities.All(p => p is > 0 and <= 1), "a decision has no propensity");
        return faults;
    }

    static void Sum(List<Pair> pairs, bool json)
    {
        var last = pairs[0].Product.Weeks.Length - 1;
        var (share, error) = Mean([.. pairs.Select(pair => pair.Share(pair.Product, "joint", last)).OfType<double>()]);
        var (difference, noise) = Mean([.. pairs.Select(pair => pair.Product.Weeks[last] - pair.Of("joint").Weeks[last])]);
        var told = double.IsNaN(noise) ? "one seed shows no noise to judge by" : Math.Abs(difference) <= 2 * noise ? "they agree within two standard errors" : "they differ by more than two standard errors";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"last whole week, product over in-process joint: {share:P1} ± {error:P1} of its lift over random; difference {difference:+0.0000;-0.0000} ± {noise:0.0000} goals/user over {pairs.Count} seeds: {told}"));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { shareOfJoint = Number(share), error = Number(error), difference, differenceError = Number(noise), rows = pairs.SelectMany(pair => pair.Designs.Prepend(pair.Product)) }, JsonSerializerOptions.Web));
        }
    }

    // Mean and its standard error; not a number where it cannot be told.
    static (double Mean, double Error) Mean(double[] values)
    {
        var mean = values.Length == 0 ? double.NaN : values.Average();
        return (mean, values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1) / values.Length));
    }

    static double? Number(double value) => double.IsNaN(value) ? null : value;

    static string Percent(double? share) => share is { } known ? known.ToString("P1", CultureInfo.InvariantCulture) : "-";
}
