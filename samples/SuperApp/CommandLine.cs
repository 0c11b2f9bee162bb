using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Aampe.Agents.Client;
using Aampe.Agents.HostApp;
using Aampe.Agents.SuperApp.Catalogue;
using Aampe.Agents.SuperApp.World;

namespace Aampe.Agents.SuperApp;

/// <summary>The command line. Not called Program: tests that host the silo know that name as the silo's.</summary>
static class CommandLine
{
    static async Task<int> Main(string[] args)
    {
        var silo = new Option<string>("--silo") { Description = "Aampe.Agents.Silo.dll to start", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "../../Silo/release/Aampe.Agents.Silo.dll") };
        var limit = new Option<string?>("--for") { Description = "Stop after this time on the wall clock, such as 60s or 5m, and print one line of JSON" };
        var placebo = new Option<bool>("--placebo") { Description = "Messages have no effect at all" };
        var users = new Option<int>("--users") { Description = "People of the town", DefaultValueFactory = _ => 1_500 };
        var days = new Option<int>("--days") { Description = "Simulated days at most", DefaultValueFactory = _ => 21 };
        var step = new Option<int>("--step-hours") { Description = "Hours between two moves of the clock, 1 to 6", DefaultValueFactory = _ => 6 };
        var seed = new Option<long>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 1 };
        var write = new Option<string?>("--write-programs") { Description = "Write the program files into this folder and end" };
        limit.Validators.Add(result => Checked(result.GetValue(limit) is not { } text || Span(text) is not null, result, "--for takes whole seconds or minutes, such as 60s or 5m"));
        users.Validators.Add(result => Checked(result.GetValue(users) is >= 100 and <= 50_000, result, "--users must be 100 to 50000"));
        days.Validators.Add(result => Checked(result.GetValue(days) is >= 1 and <= 365, result, "--days must be 1 to 365"));
        step.Validators.Add(result => Checked(result.GetValue(step) is >= 1 and <= 6, result, "--step-hours must be 1 to 6"));
        var root = new RootCommand("A simulated multi-service app whose messages are chosen by agents.") { silo, limit, placebo, users, days, step, seed, write };
        root.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(write) is { } folder)
            {
                foreach (var (name, text) in ProgramFiles.All())
                {
                    await File.WriteAllTextAsync(Path.Combine(folder, name), text, CancellationToken.None);
                }

                return 0;
            }

            var plan = new Plan(
                parsed.GetValue(users), parsed.GetValue(days), parsed.GetValue(step), parsed.GetValue(seed), parsed.GetValue(placebo),
                parsed.GetValue(limit) is { } text2 ? Span(text2) : null);
            return await RunAsync(plan, Path.GetFullPath(parsed.GetValue(silo)!));
        });
        return await root.Parse(args).InvokeAsync();
    }

    static async Task<int> RunAsync(Plan plan, string program)
    {
        using var stopping = new StopSignals();
        var secret = WebhookReceiver.NewSecret();
        await using var receiver = await WebhookReceiver.StartAsync(secret, TimeProvider.System);
        try
        {
            var operation = new SiloPlan("superapp", program, receiver.Url, secret, Labels.Channels, Play.Start, $"superapp-{plan.Seed}", Path.Combine(AppContext.BaseDirectory, "programs"));
            await using var silo = await SiloProcess.StartAsync(operation, stopping.Token);
            Console.WriteLine($"Console: {silo.Address}   user admin, password {silo.AdminPassword}   (log: {silo.LogFile})");
            Console.WriteLine($"The clock is simulated: {plan.Users:N0} users, {plan.Days} days from {Play.Start:d MMMM yyyy}{(plan.Placebo ? ", messages without any effect" : "")}.");
            await using var agents = AgentClientRegistration.Create(options =>
            {
                options.UseHttp(silo.Address, silo.ServerKey);
                // A move of the clock answers only when every agent has lived through it; on a busy machine that takes its time.
                options.Timeout = TimeSpan.FromMinutes(2);
                options.CallTimeout = TimeSpan.FromMinutes(5);
            });
            using var segment = new SegmentWriter(silo.Address, silo.WriteKey);
            var town = new Town(Population.Make(plan.Users, plan.Seed), plan.Seed, plan.Placebo);
            var play = new Play(plan, town, agents, segment, receiver, progress => Console.WriteLine(progress.ToText()));
            var summary = await play.RunAsync(stopping.Token);
            Console.WriteLine(summary.Progress.ToText());
            Console.WriteLine(summary.ToJson());
            if (plan.Limit is null)
            {
                Console.WriteLine($"The days are over; the console stays open at {silo.Address} until Ctrl-C.");
                await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
            }

            return 0;
        }
        catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return 0;
        }
    }

    static TimeSpan? Span(string text) =>
        text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? text[^1] switch { 's' => TimeSpan.FromSeconds(count), 'm' => TimeSpan.FromMinutes(count), _ => null }
            : null;

    static void Checked(bool holds, SymbolResult result, string message)
    {
        if (!holds)
        {
            result.AddError(message);
        }
    }
}
