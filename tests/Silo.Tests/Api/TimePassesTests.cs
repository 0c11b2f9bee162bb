using System.Text.Json;
using Aampe.Agents.Client;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>What hours and days do to answers and plans, on the simulated clock.</summary>
public sealed class TimePassesTests
{
    static async Task<IAgentClient> ScheduledAsync(RunningSilo silo, string program, params string[] users)
    {
        var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(RunningSilo.Program(program).GetRawText().Replace("\"scheduled\": false", "\"scheduled\": true", StringComparison.Ordinal)));
        foreach (var user in users)
        {
            await RunningSilo.ArriveAsync(agents, user, RunningSilo.Start);
        }

        return agents;
    }

    [Theory]
    [InlineData("paused")]
    [InlineData("archived")]
    public async Task Time_goes_on_when_a_program_with_plans_is_stopped(string state)
    {
        await using var silo = new RunningSilo();
        await using var agents = await ScheduledAsync(silo, "stopped", "waiter-1", "waiter-2");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddHours(1));
        await agents.Admin.TransitionAsync("stopped", "paused", "test");
        if (state == "archived")
        {
            await agents.Admin.TransitionAsync("stopped", state, "test");
        }

        var moved = await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(3));
        Assert.Equal((RunningSilo.Start.AddDays(3), 0), (moved.Now, moved.Decisions));
    }

    [Fact]
    public async Task A_paused_program_speaks_again_after_it_has_gone_live()
    {
        await using var silo = new RunningSilo();
        await using var agents = await ScheduledAsync(silo, "resumed", "sleeper");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddHours(1));
        await agents.Admin.TransitionAsync("resumed", "paused", "test");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(2));
        await agents.Admin.TransitionAsync("resumed", "live", "test");
        Assert.True((await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(5))).Decisions > 0);
    }

    [Fact]
    public async Task How_events_are_cut_into_batches_does_not_change_a_plan()
    {
        var plans = new List<string>();
        foreach (var size in new[] { 1, 7, 40 })
        {
            await using var silo = new RunningSilo { Settings = { ["Agents:Seed"] = "cut" } };
            await using var agents = await ScheduledAsync(silo, "cut");
            var zone = JsonElement.Parse("""{"timezone":"Asia/Tokyo","device":{"token":"tok"}}""");
            var events = Enumerable.Range(0, 40).Select(i => new UserEvent { UserId = "cut-1", MessageId = $"m-{i}", Event = "Product Viewed", Timestamp = RunningSilo.Start.AddMinutes(i - 60), Context = i == 39 ? zone : null });
            foreach (var batch in events.Chunk(size))
            {
                await agents.IngestAsync(batch, new IngestOptions { WaitApplied = true });
            }

            await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(4));
            plans.Add(string.Join('\n', (await agents.TimelineAsync("cut-1", 500)).Items.Where(entry => entry.Kind is "planned" or "decision").Select(entry => $"{entry.Kind} {entry.At:O} {entry.DecisionId}")));
        }

        Assert.NotEmpty(plans[0]);
        Assert.Equal(plans[0], plans[1]);
        Assert.Equal(plans[0], plans[2]);
    }

    [Fact]
    public async Task A_message_id_counts_again_after_a_day_and_a_key_asks_anew()
    {
        await using var silo = new RunningSilo();
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("daily", channel: "in_app"));
        var one = new UserEvent { UserId = "daily-1", MessageId = "same", Event = "Product Viewed" };
        Assert.Equal((1, 0), Counts(await agents.IngestAsync([one], new IngestOptions { WaitApplied = true })));
        Assert.Equal((0, 1), Counts(await agents.IngestAsync([one], new IngestOptions { WaitApplied = true })));
        using var http = silo.Http();
        var first = await AskAsync(http);
        Assert.Equal(first, await AskAsync(http));
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddHours(25));
        Assert.Equal((1, 0), Counts(await agents.IngestAsync([one], new IngestOptions { WaitApplied = true })));
        Assert.NotEqual(first, await AskAsync(http));

        static (int, int) Counts(IngestReport report) => (report.Accepted, report.Duplicates);

        static async Task<string> AskAsync(HttpClient http)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/users/daily-1/next") { Content = RunningSilo.Json("""{"programId":"daily","activate":true}""") };
            request.Headers.Add("Idempotency-Key", "daily");
            using var response = await http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_hold_of_the_kill_switch_ends_with_it()
    {
        await using var silo = new RunningSilo();
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("switched", channel: "in_app"));
        await agents.Admin.SetKillSwitchAsync(true, "test");
        Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("switched-1", new() { ProgramId = "switched" }));
        await agents.Admin.SetKillSwitchAsync(false, "test");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddMinutes(2));
        Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("switched-1", new() { ProgramId = "switched" }));
    }
}
