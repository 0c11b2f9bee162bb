using System.Diagnostics;
using Aampe.Agents.Client;
using Aampe.Agents.HostApp;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial.Play;

/// <summary>
/// A trial lived through the whole product: events over HTTP, log, pump, agents, ticks, decisions, hand-overs and effects, on the simulated clock. The silo
/// sees what a host app tells it and nothing else.
/// </summary>
/// <param name="folder">Where the trial lives.</param>
/// <param name="world">Its world.</param>
/// <param name="show">Told how far it is.</param>
public sealed class TrialPlay(Folder folder, TrialWorld world, Action<TrialProgress> show)
{
    const int GraceHours = 7, FlushEvents = 200_000;

    static readonly TimeSpan showEvery = TimeSpan.FromSeconds(5);

    readonly TrialPlan plan = folder.Plan;
    readonly People people = new(world, folder.Plan.Users, folder.Plan.Seed);
    readonly Outcomes outcomes = new(folder.Plan.Users, world.Features.Count);
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Memory memory = new();
    Life life = null!;
    TimeSpan shown = TimeSpan.MinValue;
    long handed, told;
    int steps;

    // Steps: the past, one an hour, and the hours in which the last events may still be late.
    int Steps => 1 + (24 * plan.Days) + 1;

    static long StartHour => TrialPlan.Start.ToUnixTimeSeconds() / 3600;

    /// <summary>Lives it to its end, from wherever it stands.</summary>
    public async Task<Lived> RunAsync(string program, CancellationToken stop)
    {
        life = new Life(world, people, plan.Seed);
        Programs.Write(folder.Programs, plan, world);
        var taken = new Dictionary<string, Handed>(StringComparer.Ordinal);
        // A message that was handed over twice at once may stand twice in the journal.
        var (journal, over, open) = Journal.Read(folder.Journal, (step, messages) => Relive(step, [.. messages.Where(message => taken.TryAdd(message.DecisionId, message))]));
        using var kept = journal;
        await using var receiver = await WebhookReceiver.StartAsync(folder.Keys.Webhook, TimeProvider.System, journal.Note);
        foreach (var message in taken.Values)
        {
            receiver.Remember(message, open: false);
        }

        foreach (var message in open)
        {
            receiver.Remember(message, open: true);
        }

        steps = over;
        var operation = new SiloPlan("trial", program, receiver.Url, folder.Keys.Webhook, ["push", "in_app"], TrialPlan.Start, $"trial-{plan.Seed}", folder.Programs)
        {
            Folder = folder.Silo,
            Keys = (folder.Keys.Write, folder.Keys.Server, folder.Keys.Password),
            // Six hours between folds, as in the other samples; the moves of the clock are cut at each. Whoever sets it otherwise comes after.
            Settings = ["Agents:CohortMinutes=360", .. plan.Settings],
        };
        await using var silo = await SiloProcess.StartAsync(operation, stop);
        memory.Watch(silo.ProcessId);
        await using var agents = AgentClientRegistration.Create(options =>
        {
            options.UseHttp(silo.Address, silo.ServerKey);
            // A move of the clock answers only when every agent has lived through it.
            options.Timeout = TimeSpan.FromHours(2);
            options.CallTimeout = TimeSpan.FromHours(4);
        });
        using var segment = new SegmentWriter(silo.Address, silo.WriteKey);
        var teller = new Teller(world, people, segment);
        for (; steps < Steps; steps++)
        {
            await (steps == 0 ? PastAsync(agents, segment, teller, stop) : StepAsync(agents, segment, receiver, teller, stop));
            journal.EndStep(steps);
            Show(force: steps == Steps - 1);
        }

        var report = await Reading.ReadAsync(agents, silo, world, plan, doing => show(Now() with { Doing = doing }), stop);
        return new Lived(report, outcomes, people, handed, segment.Sent, watch.Elapsed, memory.Peak, Memory.Own, StoreBytes());
    }

    async Task PastAsync(IAgentClient agents, SegmentWriter segment, Teller teller, CancellationToken stop)
    {
        var settings = await agents.Admin.WorkspaceAsync(stop);
        await agents.Admin.PutWorkspaceAsync(Programs.Workspace, settings.Version, stop);
        var noted = 0;
        for (var user = 0; user < people.Count; user++)
        {
            teller.SignUp(user, plan.Past.AddHours(-1));
            if (++noted % FlushEvents == 0)
            {
                await segment.FlushAsync(TrialPlan.Start, stop);
                Show(false);
            }
        }

        foreach (var deed in LivePast())
        {
            teller.Did(deed);
            if (++noted % FlushEvents == 0)
            {
                await segment.FlushAsync(TrialPlan.Start, stop);
                Show(false);
            }
        }

        told = noted;
        await segment.FlushAsync(TrialPlan.Start, stop);
    }

    IEnumerable<Deed> LivePast()
    {
        for (var hour = StartHour - (24 * plan.PastDays); hour < StartHour; hour++)
        {
            foreach (var deed in life.Live(hour, null))
            {
                yield return deed;
            }
        }
    }

    async Task StepAsync(IAgentClient agents, SegmentWriter segment, WebhookReceiver receiver, Teller teller, CancellationToken stop)
    {
        var last = steps == Steps - 1;
        var to = last ? plan.End.AddHours(GraceHours) : TrialPlan.Start.AddHours(steps);
        await agents.Admin.SetClockAsync(to, stop);
        foreach (var message in receiver.Drain())
        {
            if (Reach(message) is { } followed)
            {
                teller.Clicked(followed, message.DecisionId, message.SendAt < to ? message.SendAt : to);
            }
        }

        if (last)
        {
            return;
        }

        foreach (var deed in life.Live(StartHour + steps - 1, outcomes))
        {
            told++;
            teller.Did(deed);
        }

        await segment.FlushAsync(to, stop);
    }

    // The same as PastAsync and StepAsync did, without the silo.
    void Relive(int step, IReadOnlyList<Handed> messages)
    {
        if (step == 0)
        {
            foreach (var _ in LivePast())
            {
                // Lived again; the silo was told of it.
            }
        }
        else
        {
            foreach (var message in WebhookReceiver.Ordered(messages))
            {
                Reach(message);
            }

            if (step < Steps - 1)
            {
                life.Live(StartHour + step - 1, outcomes);
            }
        }

        steps = step + 1;
        Show(false);
    }

    /// <returns>The user, if the message was followed.</returns>
    int? Reach(Handed message)
    {
        if (Sent.Of(world, message.MessageId) is not { } sent)
        {
            throw new InvalidDataException($"The silo sent message '{message.MessageId}', which is not in the programs of this trial.");
        }

        handed++;
        var user = Teller.UserOf(message.UserId);
        return life.Reach(user, sent, message.SendAt.ToUnixTimeMilliseconds()) ? user : null;
    }

    void Show(bool force)
    {
        if (force || shown == TimeSpan.MinValue || watch.Elapsed - shown >= showEvery)
        {
            shown = watch.Elapsed;
            show(Now());
        }
    }

    TrialProgress Now() => new((double)steps / Steps, Math.Max(0, steps - 1) / 24.0, plan.Days, plan.Users, told, handed, watch.Elapsed, memory.Peak);

    long StoreBytes() => new DirectoryInfo(folder.Silo).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
