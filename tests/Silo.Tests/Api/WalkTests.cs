using Aampe.Agents.Client;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>The whole walk of a host app through the typed client, against the real silo.</summary>
public sealed class WalkTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Fact]
    public async Task A_message_is_decided_activated_explained_replayed_and_its_effect_measured()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program());
        await RunningSilo.ArriveAsync(agents, "walk", RunningSilo.Start);

        var send = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("walk", new() { Channel = "push" }));
        var id = send.DecisionId!.Value;
        Assert.Equal("Hi Ada", send.Message.Text("title"));
        Assert.Equal("https://shop.example/basket?aid=" + id, send.Message.Text("url"));
        Assert.Equal("required", send.Activation);

        var activated = await agents.ActivateAsync(id);
        Assert.True(activated.Activated);
        Assert.Equivalent(activated, await agents.ActivateAsync(id));

        var explained = await agents.ExplainAsync(id);
        var tone = Assert.Single(explained.Sets);
        Assert.Equal(1, tone.Candidates.Sum(one => one.Propensity!.Value), 9);
        Assert.Equal(send.Sets.Single().Chosen, tone.Candidates.Single(one => one.Chosen).Action);
        Assert.All(tone.Candidates, one => Assert.InRange(one.Mean!.Value, one.Low!.Value, one.High!.Value));
        Assert.Contains(explained.Sentences, sentence => sentence.Contains("Europe/Paris", StringComparison.Ordinal));
        Assert.All(explained.Guardrails, one => Assert.True(one.Passed));

        var stored = await agents.DecisionAsync(id);
        Assert.Equal(RecordHash.Of(stored.Canonical.Span), stored.RecordHash);
        Assert.Equal(send.RecordHash, stored.RecordHash);
        var replay = await agents.ReplayAsync(id);
        Assert.True(replay.Identical, string.Join(", ", replay.Differences));
        Assert.Equal(stored.RecordHash, replay.ReplayHash);

        var pending = (await agents.EffectAsync(id))!;
        Assert.Equal("pending", pending.State);
        Assert.Equal(explained.DecidedAt.AddHours(30), pending.DueAt);

        await agents.Admin.SetClockAsync(explained.DecidedAt.AddHours(31));
        var final = (await agents.EffectAsync(id))!;
        Assert.Equal("notIdentified", final.State);
        Assert.NotNull(final.Reason);

        // The agent has forgotten the decision by now; its journal has not.
        Assert.Equivalent(activated, await agents.ActivateAsync(id));
    }

    [Fact]
    public async Task What_was_given_up_or_has_expired_stays_so_after_the_agent_has_forgotten_it()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("given-up", channel: "in_app"));
        var at = (await agents.Admin.ClockAsync()).Now;
        var decisions = new List<DecisionId>();
        foreach (var user in new[] { "giver", "sleeper" })
        {
            await RunningSilo.ArriveAsync(agents, user, at);
            decisions.Add(Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync(user, new() { ProgramId = "given-up" })).DecisionId!.Value);
        }

        await agents.CancelAsync(decisions[0], "the app was closed");
        await agents.Admin.SetClockAsync(at.AddDays(3));
        Assert.Equal("cancelled", (await agents.ActivateAsync(decisions[0])).State);
        await agents.CancelAsync(decisions[0], "again");
        Assert.Equal("expired", (await agents.ActivateAsync(decisions[1])).State);
        var refused = await Assert.ThrowsAsync<AgentConflictException>(async () => await agents.CancelAsync(decisions[1], "too late"));
        Assert.Contains("expired", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timeline_pages_from_the_newest_and_names_the_message_id_of_each_event()
    {
        await using var agents = silo.Agents();
        var at = (await agents.Admin.ClockAsync()).Now;
        await RunningSilo.ArriveAsync(agents, "paged", at);
        var all = await agents.TimelineAsync("paged", 500);
        var paged = new List<TimelineEntry>();
        string? after = null;
        do
        {
            var page = await agents.TimelineAsync("paged", 1, after);
            paged.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(all.Items.Select(entry => entry.Sequence), paged.Select(entry => entry.Sequence));
        Assert.Equal(["i-paged", "v-paged"], all.Items.Where(entry => entry.MessageId is not null).Select(entry => entry.MessageId).Order());
        Assert.Equal(all.Items.Select(entry => entry.Sequence).OrderDescending(), all.Items.Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task A_report_of_a_click_reaches_the_timeline()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("clicks", channel: "in_app"));
        await RunningSilo.ArriveAsync(agents, "clicker", (await agents.Admin.ClockAsync()).Now);
        var next = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("clicker", new() { ProgramId = "clicks", Activate = true }));
        Assert.Equal("done", next.Activation);
        await agents.ReportAsync(next.DecisionId!.Value, new DeliveryEvent { Type = "clicked" });
        await RunningSilo.ArriveAsync(agents, "barrier", (await agents.Admin.ClockAsync()).Now);
        await agents.Admin.SetClockAsync((await agents.Admin.ClockAsync()).Now.AddSeconds(1));
        var delivery = (await agents.TimelineAsync("clicker")).Items.First(entry => entry.Kind == "delivery");
        Assert.Equal((next.DecisionId, "clicked"), (delivery.DecisionId, delivery.More["status"].GetString()));
    }

    [Fact]
    public async Task People_are_found_summarised_and_heard()
    {
        await using var agents = silo.Agents();
        await RunningSilo.ArriveAsync(agents, "people-1", (await agents.Admin.ClockAsync()).Now);
        Assert.Equal(["people-1"], (await agents.Admin.FindUsersAsync("people-")).Items.Select(found => found.UserId));
        var user = (await agents.UserAsync("people-1"))!;
        Assert.Equal("Ada", user.More["attributes"].GetProperty("firstName").GetString());
        Assert.Null(await agents.UserAsync("nobody-at-all"));
        Assert.Empty(await agents.PosteriorsAsync("people-1"));

        await agents.SetConsentAsync("people-1", new ConsentChange { Channel = "push", Status = "denied", Source = "form" });
        var stated = Assert.Single(await agents.ConsentAsync("people-1"));
        Assert.Equal(("push", "denied", "form"), (stated.Channel, stated.Status, stated.Source));
    }

    [Fact]
    public async Task The_overview_counts_what_the_silo_has()
    {
        await using var agents = silo.Agents();
        await RunningSilo.ArriveAsync(agents, "counted", (await agents.Admin.ClockAsync()).Now);
        var overview = await agents.Admin.OverviewAsync();
        Assert.True(overview.Simulated);
        Assert.True(overview.Totals.Events >= 2);
        Assert.True(overview.Totals.Agents >= 1);
        var version = await agents.Admin.VersionAsync();
        Assert.True(version.Simulated);
    }

    [Fact]
    public async Task A_bulk_call_answers_in_order_with_a_decision_or_a_problem_each()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("bulk", channel: "in_app"));
        var users = Enumerable.Range(0, 40).Select(i => $"bulk-{i}").ToArray();
        var questions = users.Select(user => new BulkNextMessageRequest(user, new() { ProgramId = "bulk" })).ToList();
        questions.Insert(7, new BulkNextMessageRequest("bulk-x", new() { ProgramId = "there-is-none" }));
        var answers = await agents.NextMessagesAsync(questions);
        Assert.Equal(questions.Select(question => question.UserId), answers.Select(answer => answer.Message?.UserId ?? answer.UserId));
        Assert.Equal((422, "unknown_program"), (answers[7].Problem!.Status, answers[7].Problem!.Code));
        Assert.All(answers.Where((_, i) => i != 7), answer => Assert.IsType<NextMessage.Send>(answer.Message));
    }

    [Fact]
    public async Task Every_error_of_a_program_names_its_place()
    {
        await using var agents = silo.Agents();
        var wrong = RunningSilo.Program("wrong", title: "Hi {{ user.surname }}", url: "javascript:alert(1)");
        var fault = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Admin.CreateProgramAsync(wrong));
        Assert.Equal((422, "invalid_program"), (fault.Problem.Status, fault.Code));
        Assert.All(fault.Errors, error => Assert.StartsWith("/messages/", error.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Decisions_and_the_sandbox_are_listed()
    {
        await using var agents = silo.Agents();
        Assert.NotNull((await agents.Admin.SandboxAsync()).Items);
        Assert.NotNull((await agents.Admin.DecisionsAsync(10)).Items);
    }
}
