using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Tests.Agents;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Audiences;

public class MembershipTests
{
    static readonly Instant now = SomeLife.Monday;

    static readonly AgentState ada = Ada();

    static AgentState Ada()
    {
        var life = new SomeLife(SomeProgram.Rules());
        life.Observe(now - TimeSpan.FromDays(20), SomeEvents.Identify(now - TimeSpan.FromDays(20), """{"country":"FR","age":34,"points":"120","vip":true,"empty":""}"""));
        foreach (var days in new[] { 20, 9, 3 })
        {
            life.Observe(now - TimeSpan.FromDays(days), SomeEvents.Track("Order Completed", now - TimeSpan.FromDays(days), context: """{"device":{"token":"t"}}"""));
        }

        life.Do(now, step => Consenting.State(step, new ConsentEntry("email", "marketing", "granted", now - TimeSpan.FromDays(1), "form", "v1")));
        life.Do(now, step => Consenting.State(step, new ConsentEntry("*", "service", "denied", now - TimeSpan.FromDays(1), "form", "")));
        return life.State;
    }

    static readonly WorkspaceSettings settings = new()
    {
        SensitiveAttributes = ["religion"],
        Audiences = [new NamedAudience("french", "French", Rule("country is FR")), new NamedAudience("regular", "Regular", Rule("audience french and did \"Order Completed\" at least 2 times in 10 days"))],
    };

    static AudienceRule Rule(string words) => Assert.IsType<AudienceRuleParse.Ok>(AudienceText.Parse(words)).Rule;

    static bool? Holds(string words) => new Membership(ada, now, settings).Holds(Rule(words));

    [Theory]
    [InlineData("country is FR", true)]
    [InlineData("country is DE, FR", true)]
    [InlineData("country is fr", false)]
    [InlineData("vip is true", true)]
    [InlineData("age is 34", true)]
    [InlineData("age >= 34 and age <= 34 and age > 33.9 and age < 34.1", true)]
    [InlineData("age > 34 or age < 34", false)]
    [InlineData("points >= 100", true)]
    [InlineData("country >= 0 or unheard > 0", false)]
    [InlineData("empty exists and not unheard exists", true)]
    [InlineData("did \"Order Completed\" in 3 days", false)]
    [InlineData("did \"Order Completed\" in 4 days", true)]
    [InlineData("did \"Order Completed\" 2 times in 10 days", true)]
    [InlineData("did \"Order Completed\" at most 1 times in 10 days", false)]
    [InlineData("did Nothing at most 1 times in 10 days", true)]
    [InlineData("seen in 4 days and not seen in 3 days", true)]
    [InlineData("consent email marketing granted", true)]
    [InlineData("consent push service denied", true)]
    [InlineData("consent push marketing unknown", true)]
    [InlineData("reachable by push and reachable by in_app and not reachable by email", true)]
    [InlineData("lifecycle active", true)]
    [InlineData("lifecycle new, lapsing, lapsed", false)]
    [InlineData("audience regular", true)]
    [InlineData("religion is catholic", null)]
    [InlineData("not religion is catholic", null)]
    [InlineData("religion exists or country is FR", true)]
    [InlineData("religion exists and country is DE", false)]
    [InlineData("audience gone", null)]
    public void A_rule_holds(string words, bool? holds) => Assert.Equal(holds, Holds(words));

    [Fact]
    public void What_cannot_be_told_sends_nothing()
    {
        var membership = new Membership(ada, now, settings);
        foreach (var unknown in new[] { "audience gone", "not audience gone", "religion exists" })
        {
            Assert.False(membership.Includes(Rule(unknown)));
            Assert.False(membership.Spares(Rule(unknown)));
        }

        Assert.True(membership.Includes(null));
        Assert.True(membership.Spares(null));
    }

    [Fact]
    public void A_count_beyond_what_the_agent_keeps_is_not_told()
    {
        var state = ada with { History = ada.History with { CompleteSince = now - TimeSpan.FromDays(5) } };
        var membership = new Membership(state, now, settings);
        Assert.True(membership.Holds(Rule("did \"Order Completed\" in 30 days")));
        Assert.Null(membership.Holds(Rule("did \"Order Completed\" at least 3 times in 15 days")));
        Assert.Null(membership.Holds(Rule("did \"Order Completed\" at most 2 times in 15 days")));
        Assert.False(membership.Holds(Rule("did \"Order Completed\" at most 1 times in 15 days")));
        Assert.True(membership.Holds(Rule("did \"Order Completed\" at most 2 times in 5 days")));
    }

    [Fact]
    public void A_rule_and_its_opposite_never_both_hold_and_order_tells_nothing() => Gen.Select(SomeRules.Any, SomeRules.Any).Sample(
        pair =>
        {
            var membership = new Membership(ada, now, settings);
            var (a, b) = (membership.Holds(pair.Item1), membership.Holds(pair.Item2));
            Assert.Equal(!a, membership.Holds(new AudienceRule.Not(pair.Item1)));
            Assert.Equal(a & b, membership.Holds(new AudienceRule.All([pair.Item2, pair.Item1])));
            Assert.Equal(a | b, membership.Holds(new AudienceRule.Any([pair.Item2, pair.Item1])));
        },
        seed: "0000membr001",
        iter: 2_000);

    [Fact]
    public void Many_audiences_that_name_one_another_twice_are_looked_at_once_each()
    {
        var chain = settings with
        {
            Audiences = [new NamedAudience("a0", "", Rule("country is FR")), .. Enumerable.Range(1, 99).Select(i => new NamedAudience($"a{i}", "", new AudienceRule.All([new AudienceRule.In($"a{i - 1}"), new AudienceRule.In($"a{i - 1}")])))],
        };
        Assert.True(new Membership(ada, now, chain).Holds(new AudienceRule.In("a99")));
    }

    [Fact]
    public void An_estimate_covers_what_was_seen_and_everybody_is_no_estimate()
    {
        Assert.Equal(new AudienceEstimate(7, 7, 7, 7, 20, 20), AudienceEstimate.Of(7, 20, 20));
        var estimate = AudienceEstimate.Of(300, 1_000, 50_000);
        // Wilson (1927) at 300 of 1000: 0.2724 to 0.3291.
        Assert.Equal((15_000, 13_620, 16_457, false), (estimate.Count, estimate.Low, estimate.High, estimate.IsExact));
        Gen.Select(Gen.Int[0, 500], Gen.Int[0, 500], Gen.Int[0, 100_000]).Sample(
            drawn =>
            {
                var one = AudienceEstimate.Of(drawn.Item1, drawn.Item1 + drawn.Item2, drawn.Item3);
                return drawn.Item1 <= one.Low && one.Low <= one.Count && one.Count <= one.High && one.High <= one.Users - drawn.Item2;
            },
            seed: "0000estim001");
    }

    [Fact]
    public void Consent_is_added_up_by_channel_and_purpose()
    {
        var tally = new ConsentTally(now);
        tally.Add(ada);
        tally.Add(ada with { Consents = [] });
        var rows = tally.Rows();
        Assert.Equal(10, rows.Length);
        Assert.Equal(new ConsentCount("email", "marketing", 1, 0, 1, 0), rows.Single(row => row is { Channel: "email", Purpose: "marketing" }));
        Assert.Equal(new ConsentCount("push", "service", 0, 1, 1, 2), rows.Single(row => row is { Channel: "push", Purpose: "service" }));
        Assert.Equal((28, 1, new DateOnly(2026, 3, 1)), (tally.Denials().Length, tally.Denials().Sum(day => day.Count), tally.Denials().Single(day => day.Count > 0).Day));
    }
}
