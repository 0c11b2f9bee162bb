using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Tests.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Budgets;

/// <summary>Budgets in the steps of an agent.</summary>
public sealed class ChargingTests
{
    static readonly Budget day = new("grd_day", 1, "EUR", BudgetPeriod.Day, null);
    static readonly SpendingSlot today = new("workspace/grd_day/day/EUR", "2026-03-02");

    static AgentRules Rules(Budget? workspace = null, Budget? program = null, Price? own = null, OnBlock block = OnBlock.Hold, string? price = "0.4", bool scheduled = false)
    {
        var settings = new WorkspaceSettings
        {
            Guardrails = Guardrails.None with { Budgets = workspace is null ? [] : [workspace], OnBlock = block },
            CostPerSend = price is null ? ImmutableSortedDictionary<string, Price>.Empty : ImmutableSortedDictionary<string, Price>.Empty.Add("push", new Price(decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture), "EUR")),
        };
        var basket = SomeProgram.Of().AlwaysSends().OnlyOver("push") with { Scheduled = scheduled, Guardrails = Guardrails.None with { Budgets = program is null ? [] : [program] } };
        return SomeProgram.Rules(settings, basket with { Messages = [.. basket.Messages.Select(message => message with { CostPerSend = own })] });
    }

    static void Spend(AgentRules rules, SpendingSlot slot, decimal spent) => rules.Spending.Learn([KeyValuePair.Create(slot, spent)]);

    static string Codes(LiveDecision held) => string.Join(',', JsonNode.Parse(held.Reasons)!.AsArray().Select(reason => reason!["code"]!.GetValue<string>()));

    [Fact]
    public void A_hand_over_bills_every_budget_that_it_falls_under_once()
    {
        var life = new SomeLife(Rules(day, new Budget("own", 50, "EUR", BudgetPeriod.Total, "push"))).Seen(SomeLife.Monday);
        var asked = life.Ask(SomeLife.Monday);
        life.Do(SomeLife.Monday, step =>
        {
            Handovers.Activate(step, asked.Decision.Id);
            Handovers.Activate(step, asked.Decision.Id);
            var bill = Assert.Single(step.Bills);
            Assert.Equal([new BillLine(today, 0.4m, 1), new BillLine(new SpendingSlot("program/basket/own/total/EUR", "total"), 0.4m, 50)], bill.Lines.AsEnumerable());
            Assert.Equal(0.4m, step.SpentOf(today));
        });
        var paid = life.Journal.Single(entry => entry["kind"]!.GetValue<string>() == "paid");
        Assert.Equal(2, Charging.Read(paid, asked.Decision.Id)!.Lines.Length);
        Assert.Null(Charging.Read(paid, "dec_other"));
    }

    [Fact]
    public void The_messages_own_cost_goes_before_the_channels_and_what_costs_nothing_passes_a_spent_budget()
    {
        foreach (var (own, bills) in new[] { (new Price(0.9m, "EUR"), 1), (new Price(0, "EUR"), 0) })
        {
            var rules = Rules(day, own: own);
            Spend(rules, today, own.Amount == 0 ? 1 : 0);
            var life = new SomeLife(rules).Seen(SomeLife.Monday);
            var asked = life.Ask(SomeLife.Monday);
            Assert.True(asked.Decision.IsSend);
            life.Do(SomeLife.Monday, step =>
            {
                Handovers.Activate(step, asked.Decision.Id);
                Assert.Equal(bills, step.Bills.Count);
                Assert.All(step.Bills, bill => Assert.Equal(0.9m, bill.Lines.Single().Amount));
            });
        }
    }

    [Fact]
    public void A_budget_that_is_known_to_be_spent_masks_what_it_would_pay_and_says_so_with_value_and_limit()
    {
        var rules = Rules(day);
        Spend(rules, today, 0.7m);
        var life = new SomeLife(rules).Seen(SomeLife.Monday);
        var hold = life.Ask(SomeLife.Monday).Decision;
        Assert.Equal(DecisionStage.Hold, hold.Stage);
        var record = life.RecordOf(hold.Id);
        var reason = record["reasons"]!.AsArray().Single()!;
        Assert.Equal(("budget", "grd_day", 0.7, 1.0), (reason["code"]!.GetValue<string>(), reason["guardrailId"]!.GetValue<string>(), reason["value"]!.GetValue<double>(), reason["limit"]!.GetValue<double>()));
        Assert.Equal("2026-03-03T00:00:00.000Z", reason["retryAfter"]!.GetValue<string>());
        Assert.Contains(record["guardrails"]!.AsArray(), rail => rail!["id"]!.GetValue<string>() == "grd_day" && !rail["passed"]!.GetValue<bool>());
        // Money may be added or come back: the hold is no answer for long.
        Assert.Equal(SomeLife.Monday + Deciding.SwitchedOff, hold.ExpiresAt);
        Spend(rules, today, 0.6m);
        Assert.True(life.Ask(SomeLife.Monday + TimeSpan.FromMinutes(2)).Decision.IsSend);
    }

    [Fact]
    public void A_hand_over_is_held_when_the_money_has_gone_since_and_a_further_attempt_costs_nothing()
    {
        var rules = Rules(day);
        var life = new SomeLife(rules).Seen(SomeLife.Monday);
        var asked = life.Ask(SomeLife.Monday);
        Spend(rules, today, 1);
        var (held, _) = life.Activate(SomeLife.Monday, asked.Decision.Id);
        Assert.Equal((DecisionStage.Held, "budget"), (held.Stage, Codes(held)));
        Assert.False(Charging.Keeps(held));
    }

    [Fact]
    public void An_attempt_that_missed_frees_its_money_one_that_nobody_knows_of_keeps_it()
    {
        foreach (var nothingTaken in new[] { true, false })
        {
            var rules = Rules(day, scheduled: true);
            var life = new SomeLife(rules).Seen(SomeLife.Monday);
            life.AdvanceTo(SomeLife.Monday + TimeSpan.FromDays(1.5));
            var row = life.Outbox.Values.First();
            var at = row.Due!.Value;
            life.Do(at, step =>
            {
                Assert.True(Handovers.Gate(step, row.DecisionId).Granted);
                Assert.Single(step.Bills);
            });
            Assert.Null(Charging.Keeps(life.State.Find(row.DecisionId)!));
            life.Do(at, step => Handovers.Complete(step, row.DecisionId, ChannelAnswer.Retry, at + TimeSpan.FromMinutes(1), "busy", null, nothingTaken));
            Assert.Equal(!nothingTaken, Charging.Keeps(life.State.Find(row.DecisionId)!));
            // All is spent by others meanwhile: what counts already may be tried again, what does not is held.
            Spend(rules, BudgetSlot(at), 1);
            life.Do(at + TimeSpan.FromMinutes(1), step =>
            {
                Assert.Equal(!nothingTaken, Handovers.Gate(step, row.DecisionId).Granted);
                Assert.Empty(step.Bills);
            });
        }
    }

    [Fact]
    public void A_failure_gives_the_money_back_and_a_bounce_does_not()
    {
        foreach (var (code, refunds) in new[] { ("timeout", 1), (Handovers.Bounced, 0) })
        {
            var life = new SomeLife(Rules(day)).Seen(SomeLife.Monday);
            var asked = life.Ask(SomeLife.Monday);
            life.Activate(SomeLife.Monday, asked.Decision.Id);
            life.Do(SomeLife.Monday, step =>
            {
                Handovers.Fail(step, step.State.Find(asked.Decision.Id)!, step.At, code);
                Assert.Equal(refunds, step.Refunds.Count);
            });
        }
    }

    [Fact]
    public void What_a_spent_budget_stops_waits_for_its_next_period_where_the_limits_say_so()
    {
        var rules = Rules(day, block: OnBlock.DeferToOpen, scheduled: true);
        var life = new SomeLife(rules).Seen(SomeLife.Monday);
        var evening = SomeLife.Monday + TimeSpan.FromHours(10);
        var asked = life.Ask(SomeLife.Monday);
        var step = new AgentStep(life.State, rules, evening) { Spending = ImmutableDictionary<SpendingSlot, decimal>.Empty.Add(today, 1) };
        var reasons = Allowing.Reasons(Allowing.Check(step, rules.Programs[0], "push", "marketing", []));
        var open = Deferring.Until(step, rules.Programs[0], reasons, ["push"], evening)!.Value;
        Assert.InRange((open - SomeLife.Monday).TotalHours, 12, 12.25);
        // Half a day is the longest, and nobody waits for what is spent for good.
        Assert.Null(Deferring.Until(step, rules.Programs[0], reasons, ["push"], SomeLife.Monday - TimeSpan.FromHours(1)));
        var total = Rules(day with { Per = BudgetPeriod.Total }, block: OnBlock.DeferToOpen);
        var spent = new AgentStep(life.State, total, evening) { Spending = ImmutableDictionary<SpendingSlot, decimal>.Empty.Add(new SpendingSlot("workspace/grd_day/total/EUR", "total"), 1) };
        var never = Allowing.Reasons(Allowing.Check(spent, total.Programs[0], "push", "marketing", []));
        Assert.Null(never.Single()!["retryAfter"]);
        Assert.Null(Deferring.Until(spent, total.Programs[0], never, ["push"], evening));
        Assert.NotNull(asked);
    }

    [Fact]
    public void A_cost_in_another_currency_is_refused_where_it_is_written_and_never_sent()
    {
        var rules = Rules(day, own: new Price(0.1m, "USD"));
        var error = BudgetChecks.Of(rules.Programs[0].Definition, rules.Settings).First();
        Assert.Equal(("/messages/0/costPerSend/currency", "not_allowed"), (error.Pointer, error.Code));
        Assert.Equal("must be EUR, as the workspace's budget \"grd_day\" that it is paid from; was \"USD\". Rates are not converted", error.Detail);
        var inherited = Rules(program: new Budget("own", 5, "USD", BudgetPeriod.Day, null));
        Assert.Equal("/guardrails/budgets", BudgetChecks.Of(inherited.Programs[0].Definition, inherited.Settings).First().Pointer);
        var life = new SomeLife(rules).Seen(SomeLife.Monday);
        Assert.Equal(DecisionStage.Hold, life.Ask(SomeLife.Monday).Decision.Stage);
    }

    [Fact]
    public void Settings_and_programs_state_money_and_old_ones_keep_their_bytes()
    {
        const string text = """{"timeZone":"UTC","guardrails":{"budgets":[{"id":"b","amount":500.25,"currency":"EUR","per":"month","channel":"sms"}]},"costPerSend":{"sms":{"amount":0.00645,"currency":"EUR"}}}""";
        var settings = Assert.IsType<WorkspaceSettingsParse.Ok>(WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(text))).Settings;
        Assert.Equal([new Budget("b", 500.25m, "EUR", BudgetPeriod.Month, "sms")], settings.Guardrails.Budgets.AsEnumerable());
        Assert.Equal(new Price(0.00645m, "EUR"), settings.CostPerSend["sms"]);
        var again = Assert.IsType<WorkspaceSettingsParse.Ok>(WorkspaceSettingsJson.Parse(WorkspaceSettingsJson.Write(settings))).Settings;
        Assert.Equal(settings.Guardrails.Budgets.AsEnumerable(), again.Guardrails.Budgets);
        Assert.Equal(settings.CostPerSend, again.CostPerSend);
        Assert.DoesNotContain("budget", Encoding.UTF8.GetString(WorkspaceSettingsJson.Write(new WorkspaceSettings())), StringComparison.Ordinal);
        var program = Programs.ProgramsExample.Program with { Messages = [Programs.ProgramsExample.Program.Messages[0] with { CostPerSend = new Price(0.07m, "EUR") }, .. Programs.ProgramsExample.Program.Messages.Skip(1)] };
        Assert.Equal(new Price(0.07m, "EUR"), Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(ProgramJson.Write(program))).Program.Messages[0].CostPerSend);
    }

    [Theory]
    [InlineData("""{"id":"b","currency":"EUR","per":"day"}""", "/guardrails/budgets/0/amount", "must be given")]
    [InlineData("""{"id":"b","amount":0,"currency":"EUR","per":"day"}""", "/guardrails/budgets/0/amount", "must be above 0")]
    [InlineData("""{"id":"b","amount":1e9,"currency":"EUR","per":"day"}""", "/guardrails/budgets/0/amount", "must be 0 to 100000000")]
    [InlineData("""{"id":"b","amount":0.0000001,"currency":"EUR","per":"day"}""", "/guardrails/budgets/0/amount", "at most six decimals")]
    [InlineData("""{"id":"b","amount":1,"currency":"eur","per":"day"}""", "/guardrails/budgets/0/currency", "ISO 4217")]
    [InlineData("""{"id":"b","amount":1,"currency":"EUR","per":"localDay"}""", "/guardrails/budgets/0/per", "must be one of day, week, month, total")]
    [InlineData("""{"id":"b","amount":1,"currency":"EUR","per":"day","channel":"fax"}""", "/guardrails/budgets/0/channel", "fax")]
    [InlineData("""{"id":"b","amount":1,"currency":"USD","per":"day"}""", "/costPerSend/push/currency", "must be USD, as the workspace's budget \"b\"")]
    public void A_wrong_budget_is_told_by_field_value_and_limit(string budget, string at, string detail)
    {
        var text = """{"guardrails":{"budgets":[BUDGET]},"costPerSend":{"push":{"amount":0.1,"currency":"EUR"}}}""".Replace("BUDGET", budget, StringComparison.Ordinal);
        var bad = Assert.IsType<WorkspaceSettingsParse.Bad>(WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(text)));
        var error = bad.Errors.First(one => one.Pointer == at);
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Budgets_are_told_in_words_and_one_that_counts_nothing_is_found()
    {
        var rules = Rules(day with { Amount = 1_500.5m, Channel = "sms" }, new Budget("own", 50, "EUR", BudgetPeriod.Total, null), price: null);
        var effective = EffectiveLimits.Of(rules.Settings, rules.Programs[0].Definition, null);
        Assert.Equal("SMS at most 1,500.5 EUR a day; at most 50 EUR in all over all channels for this program.", effective.Sentence);
        Assert.Equal(["budget_unpriced", "budget_unpriced"], effective.Clashes.Select(clash => clash.Code));
        Assert.Contains("no price for SMS", effective.Clashes[0].Detail, StringComparison.Ordinal);
        Assert.Empty(EffectiveLimits.Of(Rules(day).Settings, null, null).Clashes);
        var standing = BudgetStanding.Of(Rules(day with { Channel = "push" }).Settings, [], SomeLife.Monday, slot => slot == today ? (0.3m, 0.1m) : default).Single();
        Assert.Equal((0.7m, 1L, "push at most 1 EUR a day"), (standing.Left, standing.MessagesLeft, standing.Text));
    }

    static SpendingSlot BudgetSlot(Instant at) => new("workspace/grd_day/day/EUR", BudgetSpan.Of(BudgetPeriod.Day, at, "UTC").Name);
}
