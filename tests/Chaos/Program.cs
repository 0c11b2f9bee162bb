using Aampe.Agents.Chaos;

ChaosOptions options;
try
{
    options = ChaosOptions.Read(args);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine($"{wrong.Message}\n{ChaosOptions.Usage}\nFaults: {string.Join("; ", Runner.All.Select(one => $"{one.Id} {one.Words}"))}");
    return 64;
}

var report = await Runner.RunAsync(options);
Console.WriteLine(report.ToJson());
return report.Findings.Count == 0 ? 0 : 1;
