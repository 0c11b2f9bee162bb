using System.Diagnostics;
using System.Globalization;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

static class LearningBench
{
    public static int Run(string[] args)
    {
        var file = args[Array.IndexOf(args, "--world") + 1];
        var world = WorldFile.Read(file);
        var seeds = args.Contains("--seeds") ? int.Parse(args[Array.IndexOf(args, "--seeds") + 1], CultureInfo.InvariantCulture) : 1;
        for (var seed = 1; seed <= seeds; seed++)
        {
            var population = new Population(world, seed);
            var host = new Host(population);
            var rows = new List<(string, double[], double)>();
            void Go(Func<Life, Design> make)
            {
                var watch = Stopwatch.StartNew();
                var life = new Life(population);
                var design = make(life);
                var (byWeek, harmed) = Play(population, host, life, design);
                rows.Add((design.Name, byWeek, harmed));
                Console.WriteLine($"seed {seed} {design.Name,-28} {string.Join(' ', byWeek.Select(x => x.ToString("0.0000", CultureInfo.InvariantCulture)))} harmed {harmed:0.000} {watch.Elapsed.TotalSeconds:0.0}s");
            }

            Go(_ => new RandomDesign(host, 0.8));
            Go(life => new OracleDesign(host, population, life, 1, perUser: true));
            var exact = new JointOptions { HalfLifeHours = world.Effect.HalfLifeHours, LoadHalfLifeDays = world.Effect.LoadHalfLifeDays, SampleShare = 0 };
            if (!args.Contains("--nobound")) { Go(_ => new BoundDesign(host, population, exact)); }
            var greedy = new JointOptions { SampleShare = 0 };
            int Arg(string name, int otherwise) => Array.IndexOf(args, name) is var i and >= 0 ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : otherwise;
            greedy = greedy with { Sample = Arg("--sample", 8192), Discovery = Arg("--disc", 4096), Fit = greedy.Fit with { MostTypes = Arg("--types", 12), Passes = Arg("--passes", 3), CovarianceStrength = Arg("--strength", 20) } };
            Go(_ => new JointDesign(host, greedy, "greedy"));
        }

        return 0;
    }

    static (double[] Weeks, double Harmed) Play(Population population, Host host, Life life, Design design)
    {
        design.Begin();
        var sends = new Sends(host.Users, host.Sets.Length);
        var weeks = new double[population.World.HorizonDays / 7];
        var sent = new double[host.Users];
        var treated = Enumerable.Range(0, host.Users).Count(u => !host.IsControl(u));
        for (var day = 0; day < population.World.HorizonDays; day++)
        {
            design.Decide(day, sends);
            life.Step(day, sends);
            design.Observe(day, sends, life.Counts);
            for (var u = 0; u < host.Users; u++)
            {
                if (day / 7 < weeks.Length)
                {
                    weeks[day / 7] += life.Value[u] / treated;
                }

                if (day is >= 14 and < 21)
                {
                    sent[u] += life.Sent[u];
                }
            }
        }

        return (weeks, (double)sent.Count(x => x < 0) / treated);
    }
}
