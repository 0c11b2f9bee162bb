using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Cards wait as open decisions, are handed out once, and again only where nobody said that they were shown.</summary>
public sealed class CardQueueTests
{
    static readonly Instant filled = SomeLife.Monday;
    static readonly TimeSpan second = TimeSpan.FromSeconds(1);

    static ProgramDefinition Program()
    {
        var program = SomeProgram.Of().AlwaysSends().OnlyOver("in_app");
        return program with
        {
            Trigger = "basket_filled",
            Sets = [.. program.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive)],
        };
    }

    static SomeLife WithCard()
    {
        var life = new SomeLife(SomeProgram.Rules(Program())).Seen(filled - TimeSpan.FromHours(2));
        life.Observe(filled, SomeEvents.Track("basket_filled", filled));
        Assert.True(Scheduling.Answers(life.State, life.Rules));
        life.AdvanceTo(filled);
        Assert.False(Scheduling.Answers(life.State, life.Rules));
        return life;
    }

    static string[] Take(SomeLife life, TimeSpan later, string? after) => [.. life.Do(filled + later, step => CardQueue.Take(step, after)).Select(card => card.Id)];

    static void Report(SomeLife life, TimeSpan later, string what, string decision) =>
        life.Observe(filled + later, SomeEvents.Track(what, filled + later, properties: $$"""{"decisionId":"{{decision}}"}"""));

    [Fact]
    public void A_card_goes_to_the_first_who_asks_and_counts_as_a_treatment_from_then_on()
    {
        var life = WithCard();
        var waiting = Assert.Single(life.State.Decisions);
        Assert.Equal((DecisionStage.Open, null), (waiting.Stage, waiting.TreatedAt));
        Assert.Equal([waiting.Id], Take(life, second, null));
        Assert.Empty(Take(life, second * 2, null));
        Assert.Equal((DecisionStage.Activated, filled + second), (Assert.Single(life.State.Decisions).Stage, life.State.Decisions[0].TreatedAt!.Value));
        Assert.Equal("card", (string?)life.Journal.Single(entry => (string?)entry["kind"] == "activation")["by"]);
        Assert.Single(life.State.Sends);
    }

    [Fact]
    public void A_card_that_never_was_reported_comes_again_to_who_has_not_shown_it_and_after_a_while_to_anybody()
    {
        var life = WithCard();
        var card = Assert.Single(Take(life, second, "0"));
        Assert.Equal([card], Take(life, second * 2, "0"));
        Assert.Equal([card], Take(life, second * 2, ""));
        Assert.Empty(Take(life, second * 2, card));
        Assert.Empty(Take(life, CardQueue.Unconfirmed, null));
        Assert.Equal([card], Take(life, CardQueue.Unconfirmed + second, null));
        Assert.Single(life.State.Sends);
        Report(life, TimeSpan.FromMinutes(1), "Message Delivered", card);
        Assert.Empty(Take(life, TimeSpan.FromMinutes(2), "0"));
        Assert.Empty(Take(life, TimeSpan.FromMinutes(2), null));
    }

    [Fact]
    public void What_a_backend_fetched_by_itself_is_not_handed_out_again()
    {
        var life = WithCard();
        var asked = life.Ask(filled + second, channels: "in_app");
        life.Activate(filled + second, asked.Decision.Id);
        Assert.Equal(asked.Decision.Id, Assert.Single(life.State.Decisions).Id);
        Assert.Empty(Take(life, TimeSpan.FromMinutes(5), "0"));
    }

    [Fact]
    public void What_a_backend_asked_for_and_has_open_is_its_own()
    {
        var life = new SomeLife(SomeProgram.Rules(Program())).Seen(filled - TimeSpan.FromHours(2));
        Assert.Equal(DecisionStage.Open, life.Ask(filled, channels: "in_app").Decision.Stage);
        Assert.Empty(Take(life, second, "0"));
    }

    [Fact]
    public void A_card_that_has_expired_or_may_not_be_shown_any_more_is_not_handed_out()
    {
        Assert.Empty(Take(WithCard(), Program().ExpiresAfter, "0"));
        var denied = WithCard();
        denied.Do(filled + second, step => Consenting.State(step, new ConsentEntry("in_app", "marketing", "denied", filled + second, "user", "")));
        Assert.Empty(Take(denied, second * 2, "0"));
        Assert.Empty(denied.State.Sends);
        Assert.DoesNotContain(denied.State.Decisions, decision => decision.Stage is DecisionStage.Open or DecisionStage.Activated);
    }
}
