using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.HostApp;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.WorldsApp;

/// <summary>
/// A world lived through the whole product: its users' events go in over HTTP, agents decide on the simulated clock, messages come back by webhook, and what
/// they did to the users shows in the next events. The product sees what a host app tells it, and nothing else.
/// </summary>
public sealed class WorldPlay
{
    /// <summary>Midnight of the history's first day, a Monday as in every world.</summary>
    public static readonly DateTimeOffset First = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    readonly WorldPlan plan;
    readonly Population population;
    readonly IAgentClient agents;
    readonly SegmentWriter segment;
    readonly WebhookReceiver receiver;
    readonly WorldEvents events;
    readonly Life life;
    readonly Brought brought;
    readonly Sends sends;
    readonly List<double> propensities = [];
    int undrawn;
    long handed;

    WorldPlay(WorldPlan plan, Population population, IAgentClient agents, SegmentWriter segment, WebhookReceiver receiver)
    {
        (this.plan, this.population, this.agents, this.segment, this.receiver) = (plan, population, agents, segment, receiver);
        events = new WorldEvents(population, segment, First);
        life = new Life(population);
        brought = new Brought(population.Users, plan.World.HorizonDays);
        sends = new Sends(population.Users, plan.World.Sets.Length);
    }

    // The evening before the first day with messages: agents plan their first contact for the next day.
    DateTimeOffset Evening => Day(0).AddHours(-1);

    /// <summary>Starts a silo, lives the world and ends the silo.</summary>
    /// <param name="plan">What to live.</param>
    /// <param name="population">The users, of the plan's world and seed.</param>
    /// <param name="lived">Told after each day.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task<WorldResult> RunAsync(WorldPlan plan, Population population, Action<int> lived, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(population);
        ArgumentNullException.ThrowIfNull(lived);
        var watch = Stopwatch.StartNew();
        var secret = WebhookReceiver.NewSecret();
        await using var receiver = await WebhookReceiver.StartAsync(secret, TimeProvider.System);
        var start = First.AddDays(plan.World.HistoryDays).AddHours(-1);
        var operation = new SiloPlan("worlds", plan.Silo, receiver.Url, secret, [WorldProgram.Channel], start, $"{plan.World.Name}-{plan.Seed}", null);
        await using var silo = await SiloProcess.StartAsync(operation, stop);
        await using var agents = AgentClientRegistration.Create(options =>
        {
            options.UseHttp(silo.Address, silo.ServerKey);
            // A move of the clock answers only when every agent has lived through it.
            options.Timeout = TimeSpan.FromMinutes(15);
            options.CallTimeout = TimeSpan.FromMinutes(30);
        });
        using var segment = new SegmentWriter(silo.Address, silo.WriteKey);
        var play = new WorldPlay(plan, population, agents, segment, receiver);
        await play.BeginAsync(stop);
        for (var day = 0; day < plan.World.HorizonDays; day++)
        {
            await play.LiveAsync(day, stop);
            lived(day);
        }

        return await play.ResultAsync(watch, stop);
    }

    async Task BeginAsync(CancellationToken stop)
    {
        var settings = await agents.Admin.WorkspaceAsync(stop);
        await agents.Admin.PutWorkspaceAsync(WorldProgram.Workspace, settings.Version, stop);
        await agents.Admin.CreateProgramAsync(WorldProgram.Of(plan), stop);
        for (var user = 0; user < population.Users; user++)
        {
            events.SignUp(user);
            events.Past(user, First, Evening);
        }

        await segment.FlushAsync(Evening, stop);
        var consent = new ConsentChange { Channel = "*", Status = "granted", Source = "sign-up form", Proof = "terms of 2026-01" };
        await EachUserAsync(user => agents.SetConsentAsync(WorldEvents.IdOf(user), consent, stop).AsTask(), stop);
        await agents.Admin.TransitionAsync(WorldProgram.Id, "live", "the world begins", @override: true, stop);
        var midnight = Day(0).AddSeconds(-1);
        await agents.Admin.SetClockAsync(midnight, stop);
        for (var user = 0; user < population.Users; user++)
        {
            events.Past(user, Evening, Day(0));
        }

        await segment.FlushAsync(midnight, stop);
    }

    async Task LiveAsync(int day, CancellationToken stop)
    {
        var end = Day(day + 1).AddSeconds(-1);
        await agents.Admin.SetClockAsync(end, stop);
        for (var user = 0; user < population.Users; user++)
        {
            sends.Hold(user);
        }

        foreach (var message in receiver.Drain())
        {
            var user = int.Parse(message.UserId.AsSpan("user-".Length), CultureInfo.InvariantCulture);
            var hour = (message.SendAt - Day(day)).TotalHours;
            if (hour is < 0 or >= 24 || sends.IsSent(user))
            {
                throw new InvalidDataException($"On day {day} user {user} got a message of {message.SendAt:O}, which is another day's or the second one.");
            }

            sends.Send(user, WorldProgram.ActionsOf(plan.World, message.MessageId), hour);
            handed++;
        }

        life.Step(day, sends);
        brought.Add(day, life);
        for (var user = 0; user < population.Users; user++)
        {
            events.Today(user, life, Day(day));
        }

        await segment.FlushAsync(end, stop);
        await ReadBackAsync(stop);
    }

    async Task ReadBackAsync(CancellationToken stop)
    {
        foreach (var recent in (await agents.Admin.DecisionsAsync(plan.ReadBack, null, stop)).Items)
        {
            var record = await agents.DecisionAsync(recent.DecisionId, stop);
            using var document = JsonDocument.Parse(record.Canonical);
            if (document.RootElement.GetProperty("drawn").GetBoolean())
            {
                propensities.Add(document.RootElement.GetProperty("propensity").GetDouble());
            }
            else
            {
                undrawn++;
            }
        }
    }

    async Task<WorldResult> ResultAsync(Stopwatch watch, CancellationToken stop)
    {
        var control = new bool[population.Users];
        long known = 0, duplicates = 0, sent = 0;
        await EachUserAsync(async user =>
        {
            var id = WorldEvents.IdOf(user);
            var agent = await agents.UserAsync(id, stop) ?? throw new InvalidDataException($"The silo has no agent of {id}, although its events were taken.");
            control[user] = agent.More["programs"].EnumerateArray().Single().GetProperty("arm").GetString() == "holdout";
            var counters = agent.More["counters"];
            Interlocked.Add(ref known, counters.GetProperty("events").GetInt64());
            Interlocked.Add(ref duplicates, counters.GetProperty("duplicates").GetInt64());
            Interlocked.Add(ref sent, counters.GetProperty("sends").GetInt64());
        }, stop);
        var totals = (await agents.Admin.OverviewAsync(stop)).Totals;
        return new WorldResult
        {
            Control = control,
            Brought = brought,
            Posted = segment.Sent,
            Known = known,
            Duplicates = duplicates,
            DeadLetters = totals.DeadLetters,
            Handed = handed,
            Refused = receiver.Refused,
            Sends = sent,
            Decisions = totals.Decisions,
            Propensities = propensities,
            Undrawn = undrawn,
            Elapsed = watch.Elapsed,
        };
    }

    DateTimeOffset Day(int day) => First.AddDays(plan.World.HistoryDays + day);

    Task EachUserAsync(Func<int, Task> act, CancellationToken stop) =>
        Parallel.ForEachAsync(Enumerable.Range(0, population.Users), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop }, async (user, _) => await act(user));
}
