using System.CommandLine;
using System.CommandLine.Parsing;
using Aampe.Agents.HostApp;
using Aampe.Agents.Trial.Coverage;
using Aampe.Agents.Trial.Play;
using Aampe.Agents.Trial.Report;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial;

/// <summary>The command line. Not called Program: tests that host the silo know that name as the silo's.</summary>
static class CommandLine
{
    static async Task<int> Main(string[] args)
    {
        var silo = new Option<string>("--silo") { Description = "Aampe.Agents.Silo.dll to start", Recursive = true, DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "../../Silo/release/Aampe.Agents.Silo.dll") };
        var users = new Option<int>("--users") { Description = "Users, 100 to 10,000,000", DefaultValueFactory = _ => 10_000 };
        var days = new Option<int>("--days") { Description = "Days, 1 to 28", DefaultValueFactory = _ => 21 };
        var seed = new Option<long>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 1 };
        var world = new Option<string>("--world") { Description = "A world that comes with the trial (paper, null, strong) or a file", DefaultValueFactory = _ => "paper" };
        var folder = new Option<string?>("--folder") { Description = "Where the trial lives; default artifacts/trial/<world>-<users>-<days>-<seed>", Recursive = true };
        var posterior = new Option<string>("--posterior") { Description = "Model that agents learn by: beta (the paper's), joint or gaussian", DefaultValueFactory = _ => "beta" };
        var gaps = new Option<int[]>("--gaps") { Description = "Days between two contacts of a feature's program that agents choose from, each 1 to 14", DefaultValueFactory = _ => [3, 5, 7], AllowMultipleArgumentsPerToken = true };
        var set = new Option<string[]>("--set") { Description = "Further settings of the silo, such as Agents:PanelUsers=5000", AllowMultipleArgumentsPerToken = true };
        var resume = new Option<bool>("--resume") { Description = "Go on with the trial of the folder, which was killed or stopped" };
        var json = new Option<bool>("--json") { Description = "The last line is the result as one line of JSON" };
        Range(users, 100, 10_000_000);
        Range(days, 1, 28);
        gaps.Validators.Add(result => Checked(result.GetValue(gaps) is { Length: > 0 } some && some.All(one => one is >= 1 and <= 14) && some.Distinct().Count() == some.Length, result, "--gaps must be different numbers of days, each 1 to 14"));
        OneOf(posterior, ["beta", "joint", "gaussian"]);
        var root = new RootCommand("The paper's trial, lived through the whole product on the simulated clock.") { silo, users, days, seed, world, folder, posterior, gaps, set, resume, json };
        root.SetAction((parsed, stop) =>
        {
            var plan = new TrialPlan(parsed.GetValue(users), parsed.GetValue(days), parsed.GetValue(seed), parsed.GetValue(world)!)
            {
                Posterior = parsed.GetValue(posterior)!,
                Gaps = parsed.GetValue(gaps)!,
                Settings = parsed.GetValue(set) ?? [],
            };
            return GuardedAsync(() => RunAsync(plan, parsed.GetValue(folder), parsed.GetValue(resume), parsed.GetValue(json), Path.GetFullPath(parsed.GetValue(silo)!)));
        });
        root.Subcommands.Add(ReportCommand(folder));
        root.Subcommands.Add(CoverageCommand(folder, silo));
        root.Subcommands.Add(BoundCommand());
        return await root.Parse(args).InvokeAsync();
    }

    static Command ReportCommand(Option<string?> folder)
    {
        var format = new Option<string>("--format") { Description = "csv, parquet or html", DefaultValueFactory = _ => "html" };
        OneOf(format, ["csv", "parquet", "html"]);
        var command = new Command("report", "Write the result of a trial that is over as a file.") { format };
        command.SetAction((parsed, _) => GuardedAsync(async () =>
        {
            var where = parsed.GetValue(folder) ?? Newest();
            var result = Path.Combine(where, Folder.ResultFile);
            if (!File.Exists(result))
            {
                throw new InvalidDataException($"--folder: '{where}' holds no result. Let the trial run to its end: ./trial --resume --folder {where}");
            }

            Console.WriteLine(await ReportFiles.WriteAsync(TrialResult.Read(await File.ReadAllTextAsync(result)), parsed.GetValue(format)!, where));
            return 0;
        }));
        return command;
    }

    static Command CoverageCommand(Option<string?> folder, Option<string> silo)
    {
        var world = new Option<string>("--world") { Description = "null, strong, paper or a file", DefaultValueFactory = _ => "null" };
        var replications = new Option<int>("--replications") { Description = "Small trials, 10 to 10,000", DefaultValueFactory = _ => 400 };
        var each = new Option<int>("--users-each") { Description = "Users of each, 50 to 10,000", DefaultValueFactory = _ => 100 };
        var days = new Option<int>("--days") { Description = "Days, 1 to 28", DefaultValueFactory = _ => 7 };
        var seed = new Option<long>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 1 };
        var resume = new Option<bool>("--resume") { Description = "Go on with the trial of the folder" };
        Range(replications, 10, 10_000);
        Range(each, 50, 10_000);
        Range(days, 1, 28);
        var command = new Command("coverage", "How often the 99 % intervals of many small trials hold the truth: one trial, cut into runs of users.") { world, replications, each, days, seed, resume };
        command.SetAction((parsed, _) => GuardedAsync(async () =>
        {
            var count = parsed.GetValue(replications);
            var plan = new TrialPlan(count * parsed.GetValue(each), parsed.GetValue(days), parsed.GetValue(seed), parsed.GetValue(world)!);
            return await LiveAsync(plan, parsed.GetValue(folder), parsed.GetValue(resume), Path.GetFullPath(parsed.GetValue(silo)!), (kept, law, lived) =>
            {
                var cells = CoverageCheck.Of(kept.Plan, law, lived.Reading, lived.Outcomes, count);
                Console.WriteLine();
                Console.WriteLine(CoverageText.Of(cells));
                var line = CoverageText.ToJson(law.Name, kept.Plan.Users, kept.Plan.Days, kept.Plan.Seed, count, cells);
                File.WriteAllText(Path.Combine(kept.Root, "coverage.json"), line);
                Console.WriteLine(line);
            });
        }));
        return command;
    }

    static Command BoundCommand()
    {
        var world = new Option<string>("--world") { Description = "A world or a file", DefaultValueFactory = _ => "paper" };
        var users = new Option<int>("--users") { Description = "Users", DefaultValueFactory = _ => 200_000 };
        var days = new Option<int>("--days") { Description = "Days, 1 to 28", DefaultValueFactory = _ => 21 };
        var seed = new Option<long>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 1 };
        var every = new Option<double>("--every-days") { Description = "Mean days between two messages to a user, 1 to 14", DefaultValueFactory = _ => 2 };
        Range(users, 100, 10_000_000);
        Range(days, 1, 28);
        var command = new Command("bound", "What a world holds without the product: base rates, and the effects of a policy that knows nothing and of one that knows every user.") { world, users, days, seed, every };
        command.SetAction((parsed, _) => GuardedAsync(() =>
        {
            var (law, count, span, luck) = (TrialWorld.Read(parsed.GetValue(world)!), parsed.GetValue(users), parsed.GetValue(days), parsed.GetValue(seed));
            var quiet = Policy.Base(law, count, span, luck);
            var random = Policy.Effects(law, count, span, luck, Choosing.Random, parsed.GetValue(every));
            var best = Policy.Effects(law, count, span, luck, Choosing.Best, parsed.GetValue(every));
            for (var i = 0; i < law.Features.Count; i++)
            {
                Console.WriteLine(FormattableString.Invariant($"{law.Features[i].Id,-10} base intent {quiet[i].Intent:P2} conversion {quiet[i].Conversion:P2}   random {random[i].Intent:+0.00%;-0.00%} {random[i].Conversion:+0.00%;-0.00%} {random[i].Gmv:+0.0%;-0.0%}   best {best[i].Intent:+0.00%;-0.00%} {best[i].Conversion:+0.00%;-0.00%} {best[i].Gmv:+0.0%;-0.0%}"));
            }

            return Task.FromResult(0);
        }));
        return command;
    }

    static string Newest()
    {
        var root = new DirectoryInfo(Path.Combine("artifacts", "trial"));
        return (root.Exists ? root.EnumerateFiles(Folder.ResultFile, SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)?.DirectoryName : null)
            ?? throw new InvalidDataException("No trial has ended yet. Run one: ./trial --users 1000");
    }

    static Task<int> RunAsync(TrialPlan asked, string? path, bool resume, bool json, string silo) => LiveAsync(asked, path, resume, silo, (folder, world, lived) =>
    {
        var result = TrialResult.Of(folder.Plan, world, lived);
        File.WriteAllText(folder.Result, result.ToJson());
        Console.WriteLine();
        Console.WriteLine(ResultText.Of(result));
        Console.WriteLine($"Result: {folder.Result}   (./trial report --folder {folder.Root} --format csv|parquet|html)");
        if (json)
        {
            Console.WriteLine(result.ToJson());
        }
    });

    static async Task<int> LiveAsync(TrialPlan asked, string? path, bool resume, string silo, Action<Folder, TrialWorld, Lived> end)
    {
        using var stopping = new StopSignals();
        var where = Path.GetFullPath(path ?? Path.Combine("artifacts", "trial", $"{Path.GetFileNameWithoutExtension(asked.World)}-{asked.Users}-{asked.Days}-{asked.Seed}"));
        var begun = resume ? Folder.Open(where) : null;
        // Before a new folder is made: a world that cannot be read leaves none behind.
        var world = TrialWorld.Read(begun?.Plan.World ?? asked.World);
        var folder = begun ?? Folder.Begin(where, asked);
        var plan = folder.Plan;
        Console.WriteLine($"World '{world.Name}': {plan.Users:N0} users, {plan.Days} days from {TrialPlan.Start:d MMMM yyyy}, seed {plan.Seed}, in {where}. Stop it and go on with --resume.");
        try
        {
            end(folder, world, await new TrialPlay(folder, world, progress => Console.WriteLine(progress.ToText())).RunAsync(silo, stopping.Token));
            return 0;
        }
        catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
        {
            Console.WriteLine($"Stopped. Go on with: ./trial --resume --folder {where}");
            return 130;
        }
    }

    static async Task<int> GuardedAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FileNotFoundException or IOException)
        {
            Console.Error.WriteLine("trial: " + wrong.Message);
            return 65;
        }
    }

    static void Range(Option<int> option, int low, int high) =>
        option.Validators.Add(result => Checked(result.GetValue(option) is var value && value >= low && value <= high, result, $"{option.Name} must be {low} to {high}; it is {result.GetValue(option)}"));

    static void OneOf(Option<string> option, string[] known) =>
        option.Validators.Add(result => Checked(known.Contains(result.GetValue(option)), result, $"{option.Name} must be {string.Join(", ", known)}; it is '{result.GetValue(option)}'"));

    static void Checked(bool holds, SymbolResult result, string message)
    {
        if (!holds)
        {
            result.AddError(message);
        }
    }
}
