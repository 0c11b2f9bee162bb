using System.Globalization;
using Aampe.Agents.Bench;
using Aampe.Agents.Bench.Effects;
using Aampe.Agents.Bench.Learning;
using Aampe.Agents.Bench.Peers;
using Aampe.Agents.Bench.Product;
using Aampe.Agents.Bench.Speed;
using Aampe.Agents.Bench.Storage;
using Aampe.Agents.WorldsApp;

var report = new Report(json: args.Contains("--json"));
switch (args.FirstOrDefault())
{
    case "storage":
        await StorageRows.RunAsync(report);
        return 0;
    case "dictionary" when Option("--from", "") is { Length: > 0 } stores:
        DictionaryRows.Run(report, stores.Split(','), Option("--to", "") is { Length: > 0 } to ? to : null);
        return 0;
    case "speed" when SpeedRows.Run(report, args.Skip(1).FirstOrDefault(arg => !arg.StartsWith("--", StringComparison.Ordinal))):
        return 0;
    case "peers":
        return await PeerRows.RunAsync(report);
    case EmptyEndpoint.Role:
        await EmptyEndpoint.ServeAsync(int.Parse(args[1], CultureInfo.InvariantCulture));
        return 0;
    case "learning":
        return LearningBench.Run(Array.IndexOf(args, "--world") >= 0 ? Option("--world", "") : null, Number("--seeds", 1), args.Contains("--quick"), args.Contains("--json"));
    case "decision":
        DecisionRows.Run(report);
        return 0;
    case "worlds":
        return await ProductBench.RunAsync(new ProductBench.Order(
            Option("--world", SmallWorld.File),
            Silo(),
            Option("--users", "").Length > 0 ? Number("--users", 1) : null,
            Option("--days", "").Length > 0 ? Number("--days", 1) : null,
            Number("--seed", 1),
            Number("--seeds", 1),
            Option("--posterior", "joint"),
            args.Contains("--adaptive"),
            args.Contains("--json")));
    case "ingest":
        await ProductIngestRows.RunAsync(report, Silo(), Option("--commit", "Ledger"), Number("--silos", 1), Number("--users", 20_000), Number("--events", 300_000), Number("--warm", 300_000));
        return 0;
    case "activate":
        await ActivateRows.RunAsync(report, Silo());
        return 0;
    case "next":
        await NextRows.RunAsync(report, Silo(), Path.GetFullPath(Option("--programs", Path.Combine("samples", "SuperApp", "programs"))));
        return 0;
    case "decide":
        await DecideRows.RunAsync(report, Silo(), Option("--program", Path.Combine("samples", "SuperApp", "programs", "orders.json")), Option("--commit", "Ledger"), Number("--users", 4_000), Number("--days", 5), Option("--posterior", "joint,beta"));
        return 0;
    case "all":
        // The whole table: what the machine gives, what others would build, and what we do, in one run.
        SpeedRows.Run(report, null);
        await PeerRows.RunAsync(report);
        foreach (var (commit, silos) in new[] { ("Ledger", 1), ("Row", 1), ("Ledger", 2), ("Ledger", 3) })
        {
            await ProductIngestRows.RunAsync(report, Silo(), commit, silos, Number("--users", 20_000), Number("--events", 300_000), Number("--warm", 300_000));
        }

        await ActivateRows.RunAsync(report, Silo());
        await NextRows.RunAsync(report, Silo(), Path.GetFullPath(Option("--programs", Path.Combine("samples", "SuperApp", "programs"))));
        await DecideRows.RunAsync(report, Silo(), Option("--program", Path.Combine("samples", "SuperApp", "programs", "orders.json")), Option("--commit", "Ledger"), 4_000, 5, "joint,beta");
        return 0;
    case "effects":
        EffectRows.Run(
            Option("--seed", "1"),
            Number("--scenes", 250),
            Option("--purchases", Path.Combine("tests", "Core.Tests", "Oracles", "Real", "cdnow-sample.csv")));
        return 0;
    default:
        Console.Error.WriteLine("usage: bench storage [--json] | bench dictionary --from DB[,DB] [--to FILE] [--json] | bench ingest [--commit Ledger|Row] [--silos N] [--users N] [--events N] [--warm N] [--json] | bench peers [--json] | bench activate [--json] | bench next [--json] | bench decide [--commit Ledger|Row] [--users N] [--days D] [--posterior joint,beta] [--json] | bench all [--users N] [--events N] [--warm N] [--json] | bench speed [observe|tick|parse|pack|bytes|codec|beta] [--json] | bench learning [--world FILE] [--seeds N] [--quick] [--json] | bench decision [--json] | bench worlds [--world FILE] [--users N] [--days D] [--seed S] [--seeds N] [--posterior joint|gaussian|beta] [--adaptive] [--silo DLL] [--json] | bench effects [--seed S] [--scenes N] [--purchases FILE]");
        return 2;
}

string Silo() => Option("--silo", Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", "release", "Aampe.Agents.Silo.dll"));

string Option(string name, string standard) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : standard;

int Number(string name, int standard)
{
    var text = Option(name, standard.ToString(CultureInfo.InvariantCulture));
    if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100_000_000)
    {
        return number;
    }

    Console.Error.WriteLine($"{name}: must be a whole number from 1 to 100000000; was {text}");
    Environment.Exit(2);
    return standard;
}
