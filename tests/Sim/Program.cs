using System.Diagnostics;
using System.Globalization;
using Aampe.Agents.Sim;

// dotnet run -c Release --project tests/Sim -- --seed 123 [--trace] [--design row|ledger] [--mutant NAME] [--seeds N] [--shrink] [--find]
var seed = ulong.Parse(Value("--seed") ?? "1", CultureInfo.InvariantCulture);
var seeds = int.Parse(Value("--seeds") ?? "1", CultureInfo.InvariantCulture);
var mutant = Enum.Parse<Mutant>(Value("--mutant") ?? "None", ignoreCase: true);
Design[] designs = Value("--design") is { } named ? [Enum.Parse<Design>(named, ignoreCase: true)] : [Design.Row, Design.Ledger];
if (args.Contains("--find"))
{
    // Lines of mutants.txt: for each planted bug the first seed that finds it.
    foreach (var design in designs)
    {
        foreach (var one in Enum.GetValues<Mutant>().Where(one => one != Mutant.None && (mutant == Mutant.None || one == mutant) && design.Has(one)))
        {
            var found = KnownSeeds.FirstToFind(one, design, seed);
            Console.WriteLine($"{one} {design} {found?.ToString(CultureInfo.InvariantCulture) ?? "not found"} {(found is { } at ? Simulation.Run(at, design, one).Failure!.Split(':')[0] : "")}");
        }
    }

    return 0;
}

var failures = 0;
foreach (var design in designs.Where(design => design.Has(mutant)))
{
    var watch = Stopwatch.StartNew();
    var cpu = Environment.CpuUsage.TotalTime;
    var sometimes = new SortedDictionary<string, long>(StringComparer.Ordinal);
    long steps = 0;
    var done = 0;
    for (; done < seeds; done++)
    {
        var one = seed + (ulong)done;
        var outcome = Simulation.Run(one, design, mutant, lines: args.Contains("--trace") ? Console.Out : null);
        steps += outcome.Steps;
        foreach (var (what, times) in outcome.Sometimes)
        {
            sometimes[what] = sometimes.GetValueOrDefault(what) + times;
        }

        if (seeds == 1)
        {
            Console.WriteLine(Simulation.OptionsOf(one));
            Console.WriteLine($"seed {one} {design}: {outcome.Steps} steps, hash {outcome.Hash:x16}");
        }

        if (outcome.Failure is { } failure)
        {
            failures++;
            Console.WriteLine($"seed {one} {design}{(mutant == Mutant.None ? "" : " " + mutant)}: {failure}");
            if (args.Contains("--shrink"))
            {
                Console.WriteLine(Shrinking.Of(one, design, mutant, failure));
            }

            if (mutant != Mutant.None)
            {
                break;
            }
        }
    }

    var seconds = watch.Elapsed.TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{design}: {Math.Min(done + 1, seeds)} seeds, {steps} steps, {Math.Min(done + 1, seeds) / seconds:F0} seeds/s, {Math.Min(done + 1, seeds) / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F0} per CPU second"));
    if (seeds > 1 && mutant == Mutant.None)
    {
        foreach (var (what, times) in sometimes)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {times,9} {what}"));
        }
    }
}

return failures == 0 ? 0 : 1;

string? Value(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
