using System.Globalization;
using Aampe.Agents.Bench;
using Aampe.Agents.Bench.Effects;
using Aampe.Agents.Bench.Learning;
using Aampe.Agents.Bench.Storage;

var report = new Report(json: args.Contains("--json"));
switch (args.FirstOrDefault())
{
    case "storage":
        await StorageRows.RunAsync(report);
        return 0;
    case "learning":
        return LearningBench.Run(Array.IndexOf(args, "--world") >= 0 ? Option("--world", "") : null, int.Parse(Option("--seeds", "1"), CultureInfo.InvariantCulture), args.Contains("--json"));
    case "effects":
        EffectRows.Run(
            Option("--seed", "1"),
            int.Parse(Option("--scenes", "250"), CultureInfo.InvariantCulture),
            Option("--purchases", Path.Combine("tests", "Core.Tests", "Oracles", "Real", "cdnow-sample.csv")));
        return 0;
    default:
        Console.Error.WriteLine("usage: bench storage [--json] | bench learning [--world FILE] [--seeds N] [--json] | bench effects [--seed S] [--scenes N] [--purchases FILE]");
        return 2;
}

string Option(string name, string standard) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : standard;
