using System.Collections.Concurrent;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Delivery;

/// <summary>Stopping while everything runs: agents tick, apps ask, webhooks go out; after the answer nothing does.</summary>
public sealed class PausedUnderLoadTests
{
    const int Askers = 3;

    static readonly JsonElement Reachable = JsonElement.Parse("""{"timezone":"Europe/Paris","device":{"token":"tok"}}""");

    [Fact]
    [Trait("proves", "R9")]
    public async Task Nothing_goes_out_after_the_switch_or_a_pause_was_answered()
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var silo = new RunningSilo
        {
            Settings =
            {
                ["Delivery:Channels:push:Kind"] = "webhook",
                ["Delivery:Channels:push:Url"] = receiver.Url,
                ["Delivery:Channels:push:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                ["Delivery:AllowPrivateAddresses"] = "true",
            },
        };
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(RunningSilo.Program("daily").GetRawText().Replace("\"scheduled\": false", "\"scheduled\": true", StringComparison.Ordinal)));
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("asked"));

        using var over = new CancellationTokenSource();
        var answers = new ConcurrentQueue<(DateTimeOffset Asked, NextMessage Answer)>();
        var load = LoadAsync(agents, answers, over.Token);
        await StopAsync(agents, receiver, answers, () => agents.Admin.SetKillSwitchAsync(true, "under load").AsTask(), () => agents.Admin.SetKillSwitchAsync(false, "load stood").AsTask());
        await StopAsync(
            agents, receiver, answers,
            async () => await Task.WhenAll(agents.Admin.TransitionAsync("daily", "paused", "under load").AsTask(), agents.Admin.TransitionAsync("asked", "paused", "under load").AsTask()),
            () => Task.CompletedTask);
        await over.CancelAsync();
        await load;

        // Paused, nothing is decided either: what was decided is not younger than the answer.
        var now = (await agents.Admin.ClockAsync()).Now;
        var asked = await agents.NextMessageAsync("user-1", new() { Activate = true });
        Assert.IsType<NextMessage.Hold>(asked);
        Assert.DoesNotContain((await agents.Admin.DecisionsAsync(50)).Items, one => one.Verdict == "send" && one.DecidedAt >= now);
    }

    [Fact]
    [Trait("proves", "R9")]
    public async Task Whoever_stops_is_answered_when_what_had_passed_the_gate_is_over_and_waits_for_nothing_younger()
    {
        var underWay = new HandoversUnderWay(TimeProvider.System);
        Assert.True(underWay.PassedAsync(default).IsCompletedSuccessfully);
        var first = underWay.Begin();
        var answered = underWay.PassedAsync(default);
        using var younger = underWay.Begin();
        Assert.False(answered.IsCompleted);
        first.Dispose();
        first.Dispose();
        await answered;
        Assert.False(underWay.PassedAsync(default).IsCompleted);
    }

    /// <summary>Waits for traffic, stops, lets the load go on for a while, and looks whether anything went out; then lets it go on.</summary>
    static async Task StopAsync(IAgentClient agents, HookReceiver receiver, ConcurrentQueue<(DateTimeOffset Asked, NextMessage Answer)> answers, Func<Task> stop, Func<Task> resume)
    {
        var before = receiver.Calls.Count;
        await UntilAsync(() => receiver.Calls.Count >= before + 10, () => $"only {receiver.Calls.Count - before} messages went out");
        await stop();
        var (sent, asked, stopped) = (receiver.Calls.Count, answers.Count, DateTimeOffset.UtcNow);
        var at = (await agents.Admin.ClockAsync()).Now;
        while ((await agents.Admin.ClockAsync()).Now < at.AddMinutes(20) || answers.Count < asked + 20)
        {
            await Task.Delay(20);
        }

        Assert.Equal(sent, receiver.Calls.Count);
        Assert.All(answers.Where(one => one.Asked > stopped), one => Assert.True(one.Answer is NextMessage.Hold or NextMessage.Send { Activation: not ("done" or "scheduled") }, one.Answer.ToString()));
        await resume();
    }

    static async Task LoadAsync(IAgentClient agents, ConcurrentQueue<(DateTimeOffset Asked, NextMessage Answer)> answers, CancellationToken over)
    {
        var clock = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await agents.Admin.SetClockAsync((await agents.Admin.ClockAsync()).Now.AddMinutes(2));
            }
        }, CancellationToken.None);
        var askers = Enumerable.Range(0, Askers).Select(asker => Task.Run(async () =>
        {
            for (var i = asker; !over.IsCancellationRequested; i += Askers)
            {
                // Each user is new: caps do not end the traffic.
                var user = $"user-{i}";
                await agents.IngestAsync([new UserEvent { UserId = user, MessageId = user, Event = "Product Viewed", Timestamp = (await agents.Admin.ClockAsync()).Now, Context = Reachable }], new IngestOptions { WaitApplied = true });
                var at = DateTimeOffset.UtcNow;
                answers.Enqueue((at, await agents.NextMessageAsync(user, new() { Activate = true })));
            }
        }, CancellationToken.None));
        await Task.WhenAll([clock, .. askers]);
    }

    static async Task UntilAsync(Func<bool> met, Func<string> told)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!met())
        {
            Assert.False(patience.IsCancellationRequested, told());
            await Task.Delay(20);
        }
    }
}
