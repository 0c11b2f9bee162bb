using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

public sealed class HandoverTests
{
    static readonly Instant now = SomeLife.Monday;
    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    static Guardrails Cap(string? channel, int count) => new() { Caps = [new Cap("cap", channel, count, CapPeriod.RollingHours, 24)] };

    static SomeLife Life(Guardrails? rails = null, ProgramDefinition? program = null) =>
        new SomeLife(SomeProgram.Rules(new WorkspaceSettings { Guardrails = rails ?? Guardrails.None }, program ?? SomeProgram.Of().AlwaysSends())).Seen(now - hour);

    static string[] Codes(System.Text.Json.Nodes.JsonArray reasons) => [.. reasons.Select(reason => reason!["code"]!.GetValue<string>())];

    static void Consent(SomeLife life, Instant at, string channel, string purpose, string status) =>
        life.Do(at, step => Consenting.State(step, new ConsentEntry(channel, purpose, status, at, "api", "")));

    /// <summary>The agent's own next contact, waiting in the outbox.</summary>
    static LiveDecision Scheduled(SomeLife life)
    {
        life.AdvanceTo(now + TimeSpan.FromDays(1.5));
        return Assert.Single(life.State.Decisions, decision => decision.Stage == DecisionStage.Scheduled);
    }

    [Fact]
    public void The_same_question_gets_the_open_decision_again()
    {
        var life = Life();
        var first = life.Ask(now, "", "push");
        var again = life.Ask(now + hour, "", "push");
        Assert.Equal((first.Decision.Id, false, true), (again.Decision.Id, first.Replayed, again.Replayed));
        Assert.NotEqual(first.Decision.Id, life.Ask(now + hour, "", "in_app").Decision.Id);
    }

    [Fact]
    public void A_hold_is_the_answer_until_it_may_be_otherwise()
    {
        var life = Life(Cap(null, 1));
        life.Activate(now, life.Ask(now).Decision.Id);
        var held = life.Ask(now + hour);
        Assert.Equal(now + TimeSpan.FromHours(7), held.Decision.ExpiresAt);
        Assert.Equal(held.Decision.Id, life.Ask(now + 2 * hour).Decision.Id);
        Assert.True(life.Ask(now + 24 * hour).Decision.IsSend);
    }

    [Fact]
    public void An_activation_that_comes_again_gets_the_first_answer()
    {
        var life = Life();
        var id = life.Ask(now).Decision.Id;
        var first = life.Activate(now + hour, id);
        var again = life.Activate(now + 2 * hour, id);
        Assert.Equal((DecisionStage.Activated, now + hour), (first.Decision.Stage, first.Decision.StageAt));
        Assert.Equal((DecisionStage.Activated, now + hour), (again.Decision.Stage, again.Decision.StageAt));
        Assert.Single(life.State.Sends);
    }

    [Fact]
    public void A_refused_activation_that_comes_again_gets_the_same_reasons()
    {
        var life = Life();
        var id = life.Ask(now).Decision.Id;
        life.Rules = SomeProgram.Rules(new WorkspaceSettings { KillSwitch = true }, SomeProgram.Of());
        var first = life.Activate(now, id);
        life.Rules = Life().Rules;
        var again = life.Activate(now + hour, id);
        Assert.Equal(["kill_switch"], Codes(first.Reasons));
        Assert.Equal((DecisionStage.Held, first.Reasons.ToJsonString()), (again.Decision.Stage, again.Reasons.ToJsonString()));
    }

    [Fact]
    [Trait("proves", "R9")]
    public void An_edit_of_the_guardrails_holds_for_decisions_that_are_open_already()
    {
        var life = Life();
        var id = life.Ask(now).Decision.Id;
        life.Rules = SomeProgram.Rules(new WorkspaceSettings { Guardrails = Cap(null, 0) }, SomeProgram.Of());
        Assert.Equal(["cap_overall"], Codes(life.Activate(now, id).Reasons));
        Assert.Empty(life.State.Sends);
    }

    [Fact]
    public void A_paused_program_and_a_withdrawn_message_are_refused_at_activation()
    {
        var (paused, gone) = (Life(), Life());
        var (a, b) = (paused.Ask(now).Decision, gone.Ask(now).Decision);
        paused.Rules = SomeProgram.Rules(SomeProgram.Of() with { State = ProgramState.Paused });
        gone.Rules = SomeProgram.Rules(SomeProgram.Of() with { Messages = [.. SomeProgram.Of().Messages.Where(message => message.Id != b.Message)] });
        Assert.Equal(["paused"], Codes(paused.Activate(now, a.Id).Reasons));
        Assert.Equal(["message_withdrawn"], Codes(gone.Activate(now, b.Id).Reasons));
    }

    [Fact]
    public void A_decision_that_nobody_activated_expires_unlearnt_and_uses_no_cap()
    {
        var life = Life(Cap(null, 1));
        var decision = life.Ask(now).Decision;
        Assert.Equal(["expired"], Codes(life.Activate(decision.ExpiresAt, decision.Id).Reasons));
        Assert.Equal("NotDelivered", life.ReceiptOf(decision.Id)["reason"]!.GetValue<string>());
        Assert.Empty(life.State.Sends);
        Assert.True(life.Ask(decision.ExpiresAt).Decision.IsSend);
    }

    [Fact]
    [Trait("proves", "R21")]
    public void A_decision_of_a_user_without_any_event_is_settled_too()
    {
        var life = new SomeLife(SomeProgram.Rules(SomeProgram.Of().AlwaysSends()));
        var decision = life.Ask(now).Decision;
        life.AdvanceTo(now + TimeSpan.FromDays(2));
        Assert.Equal("NotDelivered", life.ReceiptOf(decision.Id)["reason"]!.GetValue<string>());
    }

    [Fact]
    public void A_cancelled_decision_gives_its_cap_back()
    {
        var life = Life(Cap("push", 1), SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var decision = Scheduled(life);
        Assert.False(life.Ask(life.State.ActedAt).Decision.IsSend);
        life.Do(life.State.ActedAt, step => Handovers.Cancel(step, decision.Id, "changed my mind"));
        Assert.Empty(life.Outbox);
        Assert.Equal("NotDelivered", life.ReceiptOf(decision.Id)["reason"]!.GetValue<string>());
        Assert.True(life.Ask(decision.ExpiresAt).Decision.IsSend);
    }

    [Theory]
    [InlineData(ChannelAnswer.Sent, DecisionStage.Activated, 1)]
    [InlineData(ChannelAnswer.Refused, DecisionStage.Failed, 0)]
    [InlineData(ChannelAnswer.Unknown, DecisionStage.Unknown, 1)]
    [InlineData(ChannelAnswer.Retry, DecisionStage.Unknown, 1)]
    [Trait("proves", "R5")]
    public void A_call_counts_as_sent_until_it_is_proved_otherwise(ChannelAnswer answer, DecisionStage stage, int counted)
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = Scheduled(life).Id;
        var at = life.State.ActedAt;
        Assert.True(life.Do(at, step => Handovers.Gate(step, id)).Granted);
        Assert.Single(life.State.Sends);
        Assert.True(life.Outbox[id].InFlight);
        life.Do(at, step => Handovers.Complete(step, id, answer, null, "code", null));
        Assert.Equal((stage, counted, false), (life.State.Find(id)!.Stage, life.State.Sends.Length, life.Outbox.ContainsKey(id)));
    }

    [Fact]
    [Trait("proves", "R5")]
    public void A_retry_counts_once_and_from_its_last_call()
    {
        var life = Life(Cap("push", 1), SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = Scheduled(life).Id;
        var at = life.State.ActedAt;
        life.Do(at, step => Handovers.Gate(step, id));
        life.Do(at, step => Handovers.Complete(step, id, ChannelAnswer.Retry, at + hour, "busy", null));
        Assert.Equal((at + hour, 1), (life.Outbox[id].Due, life.Outbox[id].Attempts));
        Assert.True(life.Do(at + hour, step => Handovers.Gate(step, id)).Granted);
        Assert.Equal(at + hour, Assert.Single(life.State.Sends).At);
        Assert.Equal((2, 1), (life.State.Find(id)!.Attempts, life.State.Counters.Sends));
    }

    [Fact]
    [Trait("proves", "R5")]
    public void A_retry_of_what_was_surely_not_taken_waits_as_if_it_had_never_been_tried()
    {
        var life = Life(Cap("push", 1), SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = Scheduled(life).Id;
        var at = life.State.ActedAt;
        life.Do(at, step => Handovers.Gate(step, id));
        life.Do(at, step => Handovers.Complete(step, id, ChannelAnswer.Retry, at + hour, "450", null, nothingTaken: true));
        Assert.Empty(life.State.Sends);
        Assert.Equal((DecisionStage.Scheduled, null, 0), (life.State.Find(id)!.Stage, life.State.Find(id)!.TreatedAt, life.State.Counters.Sends));
        Assert.False(life.Ask(at).Decision.IsSend);
        Consent(life, at, "push", "marketing", "denied");
        Assert.Equal((DecisionStage.Held, false), (life.State.Find(id)!.Stage, life.Outbox.ContainsKey(id)));
    }

    [Theory]
    [InlineData(true, DecisionStage.Failed, 0)]
    [InlineData(false, DecisionStage.Unknown, 1)]
    [Trait("proves", "R5")]
    public void A_last_refusal_gives_the_cap_back_only_where_nothing_can_have_been_taken(bool nothingTaken, DecisionStage stage, int counted)
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = Scheduled(life).Id;
        var at = life.State.ActedAt;
        life.Do(at, step => Handovers.Gate(step, id));
        life.Do(at, step => Handovers.Complete(step, id, ChannelAnswer.Retry, at + hour, "450", null, nothingTaken));
        life.Do(at + hour, step => Handovers.Gate(step, id));
        Assert.Equal(1, life.State.Counters.Sends);
        life.Do(at + hour, step => Handovers.Complete(step, id, ChannelAnswer.Refused, null, "550", null, nothingTaken));
        Assert.Equal((stage, counted), (life.State.Find(id)!.Stage, life.State.Sends.Length));
    }

    [Fact]
    [Trait("proves", "R5")]
    public void A_call_that_was_interrupted_and_may_not_be_repeated_keeps_its_cap()
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var decision = Scheduled(life);
        life.Do(life.State.ActedAt, step => Handovers.Gate(step, decision.Id));
        Assert.False(life.Do(decision.ExpiresAt, step => Handovers.Gate(step, decision.Id)).Granted);
        Assert.Equal((DecisionStage.Unknown, 1), (life.State.Find(decision.Id)!.Stage, life.State.Sends.Length));
    }

    [Fact]
    public void A_bounce_gives_the_cap_back_and_one_receipt_stays_one()
    {
        var life = Life(Cap("push", 1), SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = life.Ask(now).Decision.Id;
        life.Activate(now, id);
        life.Observe(now + hour, SomeEvents.About("Message Bounced", id, now + hour, trusted: true), SomeEvents.About("Message Failed", id, now + hour, trusted: true));
        Assert.Empty(life.State.Sends);
        Assert.Equal("NotDelivered", life.ReceiptOf(id)["reason"]!.GetValue<string>());
    }

    /// <summary>The id of a decision is in every link: who knows it and has a public key must not be able to get one more message.</summary>
    [Theory]
    [InlineData(false, "Message Delivered")]
    [InlineData(true, "Message Clicked")]
    public void What_nobody_trusted_says_or_what_was_opened_cannot_fail(bool trusted, string before)
    {
        var life = Life(Cap("push", 1), SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = life.Ask(now).Decision.Id;
        life.Activate(now, id);
        life.Observe(now + hour, SomeEvents.About(before, id, now + hour), SomeEvents.About("Message Failed", id, now + hour, trusted), SomeEvents.About("Message Bounced", id, now + hour, trusted));
        Assert.Equal((1, DecisionStage.Activated), (life.State.Sends.Length, life.State.Find(id)!.Stage));
    }

    [Fact]
    public void A_refusal_after_an_attempt_of_unknown_fate_gives_nothing_back()
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var decision = Scheduled(life);
        var at = life.State.ActedAt;
        life.Do(at, step => Handovers.Gate(step, decision.Id));
        life.Do(at, step => Handovers.Complete(step, decision.Id, ChannelAnswer.Retry, at + TimeSpan.FromSeconds(5), "connection", null));
        life.Do(at + TimeSpan.FromSeconds(5), step => Handovers.Gate(step, decision.Id));
        life.Do(at + TimeSpan.FromSeconds(5), step => Handovers.Complete(step, decision.Id, ChannelAnswer.Refused, null, "http 400", null));
        Assert.Equal((DecisionStage.Unknown, 1), (life.State.Find(decision.Id)!.Stage, life.State.Sends.Length));
    }

    /// <summary>Long after its decision is settled and forgotten; with an id that somebody made up nothing happens.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void An_unsubscription_counts_weeks_later_by_the_id_alone(bool own, int consents)
    {
        var life = Life();
        var id = life.Ask(now).Decision.Id;
        life.Activate(now, id);
        life.AdvanceTo(now + TimeSpan.FromDays(20));
        Assert.Null(life.State.Find(id));
        life.Observe(now + TimeSpan.FromDays(20), SomeEvents.About("Message Unsubscribed", own ? id : "dec_00000000000000000000000000", now + TimeSpan.FromDays(20)));
        Assert.Equal(consents, life.State.Consents.Length);
    }

    [Fact]
    public void Delivery_only_moves_forward()
    {
        var life = Life();
        var id = life.Ask(now).Decision.Id;
        life.Activate(now, id);
        foreach (var (name, expected) in new[] { ("Message Opened", "opened"), ("Message Delivered", "opened"), ("Message Clicked", "clicked"), ("Message Opened", "clicked") })
        {
            life.Observe(now + hour, SomeEvents.About(name, id, now + hour));
            Assert.Equal(expected, life.State.Find(id)!.Delivery);
        }

        Assert.Equal(2, life.Journal.Count(entry => entry["kind"]!.GetValue<string>() == "delivery"));
    }

    [Fact]
    [Trait("proves", "R7")]
    public void A_withdrawn_consent_reaches_open_and_scheduled_decisions_at_once()
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var scheduled = Scheduled(life);
        var open = life.Ask(life.State.ActedAt).Decision;
        var at = life.State.ActedAt;
        Consent(life, at, "*", "marketing", "denied");
        Assert.Equal((DecisionStage.Held, DecisionStage.Held), (life.State.Find(scheduled.Id)!.Stage, life.State.Find(open.Id)!.Stage));
        Assert.Empty(life.Outbox);
        Assert.False(life.Do(at, step => Handovers.Gate(step, scheduled.Id)).Granted);
        Assert.Equal(["no_consent"], Codes(life.Activate(at, open.Id).Reasons));
        Assert.False(life.Ask(at + hour).Decision.IsSend);
        Consent(life, at + 2 * hour, "push", "marketing", "granted");
        Assert.True(life.Ask(at + 2 * hour).Decision.IsSend);
    }

    [Fact]
    [Trait("proves", "R7")]
    public void A_denial_reaches_its_own_purpose_and_channel_only()
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = life.Ask(now).Decision.Id;
        Consent(life, now, "push", "service", "denied");
        Consent(life, now, "email", "marketing", "denied");
        Assert.Equal(DecisionStage.Open, life.State.Find(id)!.Stage);
        life.Do(now, step => Consenting.State(step, new ConsentEntry("push", "marketing", "granted", now, "api", "")));
        life.Do(now, step => Consenting.State(step, new ConsentEntry("push", "marketing", "denied", now - hour, "late", "")));
        Assert.Equal(DecisionStage.Open, life.State.Find(id)!.Stage);
        Consent(life, now + hour, "push", "marketing", "denied");
        Assert.Equal(DecisionStage.Held, life.State.Find(id)!.Stage);
    }

    [Fact]
    [Trait("proves", "R7")]
    public void A_denial_in_force_is_never_forgotten_however_many_statements_follow()
    {
        var life = Life();
        Consent(life, now, "push", "marketing", "denied");
        for (var i = 0; i < 150; i++)
        {
            Consent(life, now + TimeSpan.FromMinutes(i), "in_app", "marketing", i % 2 == 0 ? "granted" : "denied");
        }

        Assert.True(life.State.Consents.Length <= Consenting.Kept);
        Assert.Equal("not_reachable,no_consent", string.Join(',', Codes(Allowing.Reasons(Allowing.Check(new AgentStep(life.State with { Addresses = life.State.Addresses.Clear() }, life.Rules, now), life.Rules.Programs[0], "push", "marketing", [])))));
    }

    [Theory]
    [InlineData("push", "push")]
    [InlineData("no such channel", "push")]
    [Trait("proves", "R7")]
    public void An_unsubscribe_withdraws_the_channel_of_its_decision(string said, string withdrawn)
    {
        var life = Life(program: SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        var id = life.Ask(now).Decision.Id;
        life.Activate(now, id);
        life.Observe(now + hour, SomeEvents.Track("Message Unsubscribed", now + hour, properties: $$"""{"decisionId":"{{id}}","channel":"{{said}}"}"""));
        Assert.Equal((withdrawn, "denied"), (life.State.Consents[^1].Channel, life.State.Consents[^1].Status));
        Assert.Contains(life.State.History.Events, e => e.Type == "Message Unsubscribed");
    }

    [Fact]
    public void A_stranger_can_neither_unsubscribe_nor_void_anything()
    {
        var life = Life();
        var id = life.Ask(now).Decision.Id;
        life.Activate(now, id);
        life.Observe(now, SomeEvents.Track("Message Unsubscribed", now), SomeEvents.About("Message Bounced", id + "x", now), SomeEvents.Track("External Message Sent", now));
        Assert.Empty(life.State.Consents);
        Assert.Single(life.State.Sends);
    }

    [Fact]
    public void Sends_of_other_systems_count_when_a_trusted_source_reports_them()
    {
        var life = Life(Cap("push", 1), SomeProgram.Of().AlwaysSends().OnlyOver("push"));
        life.Observe(now, SomeEvents.Track("External Message Sent", now, properties: """{"channel":"push"}""", trusted: true));
        Assert.False(life.Ask(now + hour).Decision.IsSend);
    }

    [Fact]
    public void Where_two_programs_tick_together_one_speaks_and_the_other_is_outranked()
    {
        var first = SomeProgram.Of("first").AlwaysSends().OnlyOver("in_app") with { Priority = 1 };
        var second = SomeProgram.Of("second").AlwaysSends().OnlyOver("in_app") with { Priority = 2 };
        var life = new SomeLife(SomeProgram.Rules(second, first)).Seen(now);
        life.AdvanceTo(now);
        life.AdvanceTo(now + TimeSpan.FromDays(3), stepwise: false);
        Assert.Equal(2, life.Decisions.Count);
        Assert.Equal(("first", "send"), (life.Decisions[0].Program, life.RecordOf(life.Decisions[0].Id)["verdict"]!.GetValue<string>()));
        Assert.Equal(("second", "outranked"), (life.Decisions[1].Program, life.RecordOf(life.Decisions[1].Id)["reasons"]![0]!["code"]!.GetValue<string>()));
    }
}
