using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
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
        var every = new Option<int>("--every-days") { Description = "Days between two contacts of a feature's program, 1 to 14", DefaultValueFactory = _ => 4 };
        var set = new Option<string[]>("--set") { Description = "Further settings of the silo, such as Agents:PanelUsers=5000", AllowMultipleArgumentsPerToken = true };
        var resume = new Option<bool>("--resume") { Description = "Go on with the trial of the folder, which was killed or stopped" };
        var json = new Option<bool>("--json") { Description = "The last line is the result as one line of JSON" };
        Range(users, 100, 10_000_000);
        Range(days, 1, 28);
        Range(every, 1, 14);
        OneOf(posterior, ["beta", "joint", "gaussian"]);
        var root = new RootCommand("The paper's trial, lived through the whole product on the simulated clock.") { silo, users, days, seed, world, folder, posterior, every, set, resume, json };
        root.SetAction((parsed, stop) =>
        {
            var plan = new TrialPlan(parsed.GetValue(users), parsed.GetValue(days), parsed.GetValue(seed), parsed.GetValue(world)!)
            {
                Posterior = parsed.GetValue(posterior)!,
                EveryDays = parsed.GetValue(every),
                Settings = parsed.GetValue(set) ?? [],
            };
            return GuardedAsync(() => RunAsync(plan, parsed.GetValue(folder), parsed.GetValue(resume), parsed.GetValue(json), Path.GetFullPath(parsed.GetValue(silo)!)));
        });
        return await root.Parse(args).InvokeAsync();
    }

    static async Task<int> RunAsync(TrialPlan asked, string? path, bool resume, bool json, string silo)
    {
        using var stopping = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var where = Path.GetFullPath(path ?? Path.Combine("artifacts", "trial", $"{Path.GetFileNameWithoutExtension(asked.World)}-{asked.Users}-{asked.Days}-{asked.Seed}"));
        var world = TrialWorld.Read(resume ? Folder.Open(where).Plan.World : asked.World);
        var folder = resume ? Folder.Open(where) : Folder.Begin(where, asked);
        var plan = folder.Plan;
        Console.WriteLine($"World '{world.Name}': {plan.Users:N0} users, {plan.Days} days from {TrialPlan.Start:d MMMM yyyy}, seed {plan.Seed}, in {where}. Stop it and go on with --resume.");
        try
        {
            var lived = await new TrialPlay(folder, world, progress => Console.WriteLine(progress.ToText())).RunAsync(silo, stopping.Token);
            var result = TrialResult.Of(plan, world, lived);
            await File.WriteAllTextAsync(folder.Result, result.ToJson(), CancellationToken.None);
            Console.WriteLine();
            Console.WriteLine(ResultText.Of(result));
            Console.WriteLine($"Result: {folder.Result}   (./trial report --folder {where} --format csv|parquet|html)");
            if (json)
            {
                Console.WriteLine(result.ToJson());
            }

            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
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
