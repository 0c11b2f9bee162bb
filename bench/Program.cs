using Aampe.Agents.Bench;
using Aampe.Agents.Bench.Storage;

var report = new Report(json: args.Contains("--json"));
switch (args.FirstOrDefault())
{
    case "storage":
        await StorageRows.RunAsync(report);
        return 0;
    case "learning":
        return Aampe.Agents.Bench.Learning.LearningBench.Run(args);
    default:
        Console.Error.WriteLine("usage: bench storage [--json]");
        return 2;
}
