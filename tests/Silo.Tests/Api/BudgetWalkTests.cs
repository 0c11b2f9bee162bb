using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Delivery;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>Budgets over HTTP: written, spent, asked for, given back.</summary>
public sealed class BudgetWalkTests
{
    static JsonElement With(JsonElement document, Action<JsonObject> change)
    {
        var node = JsonNode.Parse(document.GetRawText())!.AsObject();
        change(node);
        return JsonElement.Parse(node.ToJsonString());
    }

    static async Task SettingsAsync(IAgentClient agents, string channel, string amount, string currency = "EUR")
    {
        var before = await agents.Admin.WorkspaceAsync();
        var document = $$$"""
            {
              "timeZone": "Europe/Paris", "costPerSend": { "{{{channel}}}": { "amount": 0.5, "currency": "EUR" } },
              "guardrails": { "quietHours": [], "caps": [], "budgets": [{ "id": "grd_day", "amount": {{{amount}}}, "currency": "{{{currency}}}", "per": "day", "channel": "{{{channel}}}" }] }
            }
            """;
        await agents.Admin.PutWorkspaceAsync(JsonElement.Parse(document), before.Version);
    }

    [Fact]
    public async Task A_budget_is_spent_to_the_last_cent_and_tells_how_it_stands()
    {
        await using var silo = new RunningSilo();
        await using var agents = silo.Agents();
        Assert.Empty((await agents.Guardrails.BudgetsAsync()).Items);
        await SettingsAsync(agents, "in_app", "1.2");
        await RunningSilo.LiveAsync(agents, With(RunningSilo.Program(channel: "in_app"), one => one["guardrails"] = JsonNode.Parse("""{"id":"own","budgets":[{"id":"own_total","amount":100,"currency":"EUR","per":"total"}]}""")));
        foreach (var user in new[] { "ada", "bob", "eve" })
        {
            await RunningSilo.ArriveAsync(agents, user, RunningSilo.Start);
        }

        foreach (var user in new[] { "ada", "bob" })
        {
            Assert.Equal("done", Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync(user, new() { Activate = true })).Activation);
        }

        var hold = Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("eve", new() { Activate = true }));
        var reason = Assert.Single(hold.Reasons);
        Assert.Equal(("budget", "grd_day", 1.0, 1.2), (reason.Code, reason.GuardrailId, reason.Value!.Value.GetDouble(), reason.Limit!.Value.GetDouble()));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 23, 0, 0, TimeSpan.Zero), reason.RetryAfter);

        var now = await agents.Guardrails.BudgetsAsync();
        Assert.Equal("Europe/Paris", now.TimeZone);
        Assert.Equal([("grd_day", "workspace", "2026-11-24", 1m, 0m, 0.2m, 0L), ("own_total", "program", "total", 1m, 0m, 99m, null as long?)],
            now.Items.Select(one => (one.Id, one.Scope, one.Period, one.Spent, one.UnderWay, one.Left, one.MessagesLeft)));
        Assert.Equal("in-app at most 1.2 EUR a day", now.Items[0].Text);
        await Assert.ThrowsAsync<AgentNotFoundException>(async () => await agents.Guardrails.BudgetsAsync("none"));
        var verdict = (await agents.Guardrails.EffectiveAsync("basket", "eve", "in_app")).User!.Verdicts.Single(one => one.Id == "grd_day");
        Assert.Equal((false, 1.0, 1.2, "workspace", "in-app at most 1.2 EUR a day"), (verdict.Passed, verdict.Value, verdict.Limit, verdict.Scope, verdict.Text));
        Assert.Contains("In-app at most 1.2 EUR a day", (await agents.Guardrails.EffectiveAsync()).Sentence, StringComparison.Ordinal);
        Assert.Contains((await agents.TimelineAsync("ada")).Items, entry => entry.Kind == "paid");

        // More money is money at once; a new day brings its own.
        await SettingsAsync(agents, "in_app", "1.5");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddMinutes(2));
        Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("eve", new() { Activate = true }));
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1));
        Assert.Equal(("2026-11-25", 0m), (await agents.Guardrails.BudgetsAsync()).Items[0] is var next ? (next.Period, next.Spent) : default);
    }

    [Fact]
    public async Task A_cost_in_another_currency_is_refused_in_programs_and_in_settings()
    {
        await using var silo = new RunningSilo();
        await using var agents = silo.Agents();
        await SettingsAsync(agents, "in_app", "1");
        var dollars = With(RunningSilo.Program(channel: "in_app"), one => one["messages"]![1]!["costPerSend"] = JsonNode.Parse("""{"amount":0.1,"currency":"USD"}"""));
        var refused = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Admin.CreateProgramAsync(dollars));
        Assert.Equal(("/messages/1/costPerSend/currency", "invalid_program"), (refused.Errors.Single().Path, refused.Code));
        Assert.Contains("must be EUR, as the workspace's budget \"grd_day\"", refused.Message, StringComparison.Ordinal);
        var other = await Assert.ThrowsAsync<AgentValidationException>(async () => await SettingsAsync(agents, "in_app", "1", "USD"));
        Assert.Equal("/costPerSend/in_app/currency", other.Errors.Single().Path);
        // A program that was there before keeps the settings from a budget that could not count it.
        await RunningSilo.LiveAsync(agents, With(RunningSilo.Program("pushed"), one => one["messages"]![0]!["costPerSend"] = JsonNode.Parse("""{"amount":0.1,"currency":"USD"}""")));
        var misfit = await Assert.ThrowsAsync<AgentValidationException>(async () => await SettingsAsync(agents, "push", "1"));
        Assert.Contains("program 'pushed' does not fit at /messages/0/costPerSend/currency", misfit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_channel_refuses_costs_nothing_and_what_is_held_waits_for_no_money_of_its_own()
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
        await SettingsAsync(agents, "push", "2");
        await RunningSilo.LiveAsync(agents, With(RunningSilo.Program("daily"), one => one["scheduled"] = true));
        // Every other message is refused for good: its money goes to the next user.
        var answered = new Dictionary<string, int>();
        receiver.Answer = (id, _) =>
        {
            lock (answered)
            {
                answered.TryAdd(id, answered.Count % 2 == 0 ? 400 : 200);
                return answered[id];
            }
        };
        for (var i = 0; i < 12; i++)
        {
            await RunningSilo.ArriveAsync(agents, $"user-{i}", RunningSilo.Start);
        }

        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(12));
        var taken = answered.Values.Count(status => status == 200);
        var budget = (await agents.Guardrails.BudgetsAsync()).Items.Single();
        Assert.Equal((taken * 0.5m, 0m), (budget.Spent, budget.UnderWay));
        Assert.Equal(4, taken);
        Assert.InRange(answered.Count, 7, 8);
    }
}
