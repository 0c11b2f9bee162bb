using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Client;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>Limits, audiences and consent over HTTP, through the typed client.</summary>
public sealed class GuardrailRoutesTests : IDisposable
{
    readonly RunningSilo silo = new();

    public void Dispose() => silo.Dispose();

    static JsonElement With(JsonElement document, Action<JsonObject> change)
    {
        var node = JsonNode.Parse(document.GetRawText())!.AsObject();
        change(node);
        return JsonElement.Parse(node.ToJsonString());
    }

    static async Task SettingsAsync(IAgentClient agents, Action<JsonObject> change)
    {
        var before = await agents.Admin.WorkspaceAsync();
        await agents.Admin.PutWorkspaceAsync(With(before.Document, change), before.Version);
    }

    static async Task ArriveAsync(IAgentClient agents, string userId, string traits, string zone = "Europe/Paris", params string[] events)
    {
        var context = JsonElement.Parse($$$"""{"timezone":"{{{zone}}}","device":{"token":"tok-{{{userId}}}"}}""");
        var report = await agents.IngestAsync(
            [
                new UserEvent { Type = "identify", UserId = userId, Timestamp = RunningSilo.Start, Traits = JsonElement.Parse(traits), Context = context },
                .. events.Append("App Opened").Select(name => new UserEvent { UserId = userId, Event = name, Timestamp = RunningSilo.Start, Context = context }),
            ],
            new IngestOptions { WaitApplied = true });
        Assert.Equal((0, 0), (report.Rejected.Count, report.Pending));
    }

    [Fact]
    [Trait("proves", "U16")]
    public async Task A_thousand_questions_at_once_send_one_message_where_the_cap_is_one()
    {
        await using var agents = silo.Agents();
        await SettingsAsync(agents, settings => settings["guardrails"] = JsonNode.Parse("""{"caps":[{"id":"one","count":1,"per":"localDay"}]}"""));
        string[] programs = ["p0", "p1", "p2", "p3"];
        foreach (var program in programs)
        {
            // Each would send three a day by itself: together they keep the workspace's one.
            await RunningSilo.LiveAsync(agents, With(RunningSilo.Program(program, channel: "in_app"), one => one["guardrails"] = JsonNode.Parse("""{"caps":[{"id":"own","count":3,"per":"localDay"}]}""")));
        }

        await ArriveAsync(agents, "u16", "{}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => agents.NextMessageAsync(
            "u16", new() { ProgramId = programs[i % 4], Placement = $"spot-{i % 25}", Activate = true }).AsTask()));

        var sent = Assert.Single(answers.OfType<NextMessage.Send>());
        Assert.Equal("done", sent.Activation);
        Assert.All(answers.OfType<NextMessage.Hold>(), hold => Assert.Contains(hold.Reasons, reason => reason.Code == "cap_overall"));
        var gauge = (await agents.Guardrails.EffectiveAsync(userId: "u16", channel: "in_app")).User!.Verdicts.Single(verdict => verdict.Id == "one");
        Assert.Equal((1.0, 1.0, 0.0, false), (gauge.Value, gauge.Limit, gauge.Left, gauge.Passed));
    }

    [Fact]
    public async Task The_effective_limits_are_told_in_words_and_for_users_on_two_sides_of_the_world()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, With(RunningSilo.Program("limits"), one => one["guardrails"] = JsonNode.Parse("""{"id":"own","caps":[{"id":"own_week","channel":"push","count":2,"per":"localWeek"}],"restAfterGoalHours":24}""")));
        await ArriveAsync(agents, "kiwi", "{}", "Pacific/Auckland");
        await ArriveAsync(agents, "angel", "{}", "America/Los_Angeles");

        var all = await agents.Guardrails.EffectiveAsync();
        Assert.StartsWith("At most 5 a week over all channels; push at most 1 a day; ", all.Sentence, StringComparison.Ordinal);
        Assert.Equal(new MostMessages("", 4, 5), all.Most[0]);
        Assert.Equal((7, 24, "UTC"), (all.Calendar.Count, all.Calendar[0].Hours.Count, all.TimeZone));
        var program = await agents.Guardrails.EffectiveAsync("limits", channel: "push");
        Assert.Contains("push at most 2 a week of this program", program.Sentence, StringComparison.Ordinal);
        Assert.Contains("nothing for 24 h after the program's goal", program.Sentence, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AgentNotFoundException>(async () => await agents.Guardrails.EffectiveAsync("none"));

        // 24 November, 09:00 UTC: 22:00 in Auckland, 01:00 in Los Angeles.
        var (kiwi, angel) = ((await agents.Guardrails.EffectiveAsync("limits", "kiwi")).User!, (await agents.Guardrails.EffectiveAsync("limits", "angel")).User!);
        Assert.Equal((22, "Pacific/Auckland", "event"), (kiwi.LocalTime.Hour, kiwi.TimeZone.Id, kiwi.TimeZone.Source));
        Assert.Equal(1, angel.LocalTime.Hour);
        Assert.Equal("2026-11-24T19:00:00.0000000+00:00", kiwi.Verdicts.Single(verdict => verdict.Id == "grd_quiet").RetryAfter!.Value.ToUniversalTime().ToString("O"));
        Assert.Equal("2026-11-24T16:00:00.0000000+00:00", angel.Verdicts.Single(verdict => verdict.Id == "grd_quiet").RetryAfter!.Value.ToUniversalTime().ToString("O"));

        var morning = await agents.Guardrails.TestAsync(new GuardrailTest { UserId = "kiwi", Channel = "push", ProgramId = "limits", At = new DateTimeOffset(2026, 11, 24, 20, 0, 0, TimeSpan.Zero) });
        Assert.True(morning.Passed);
        Assert.True(morning.Known);
        var mail = await agents.Guardrails.TestAsync(new GuardrailTest { UserId = "kiwi", Channel = "email", At = new DateTimeOffset(2026, 11, 24, 20, 0, 0, TimeSpan.Zero) });
        Assert.Equal(["not_reachable", "no_consent"], mail.Verdicts.Where(verdict => !verdict.Passed).Select(verdict => verdict.Code));
        await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Guardrails.TestAsync(new GuardrailTest { UserId = "kiwi", Channel = "pigeon" }));
        Assert.DoesNotContain((await agents.TimelineAsync("kiwi")).Items, entry => entry.Kind == "decision");
    }

    [Fact]
    public async Task An_audience_is_estimated_named_used_and_kept_while_it_is_used()
    {
        await using var agents = silo.Agents();
        for (var i = 0; i < 8; i++)
        {
            await ArriveAsync(agents, $"shopper-{i}", $$"""{"country":"{{(i < 3 ? "FR" : "DE")}}","age":{{20 + i}},"religion":"none"}""", events: i % 2 == 0 ? ["Order Completed", "Order Completed"] : []);
        }

        var french = await agents.Guardrails.EstimateAsync("country is FR");
        Assert.Equal((3, 3, 3, 8, 8, true), (french.Count, french.Low, french.High, french.Sample, french.Users, french.Exact));
        Assert.Equal(["sh••••0", "sh••••1", "sh••••2"], french.Examples.Order(StringComparer.Ordinal));
        Assert.Equal(2, (await agents.Guardrails.EstimateAsync("country is FR and did \"Order Completed\" at least 2 times in 7 days")).Count);
        Assert.Equal(4, (await agents.Guardrails.EstimateAsync(JsonElement.Parse("""{"attribute":"age","atLeast":24}"""))).Count);
        var unknown = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Guardrails.EstimateAsync("contry is FR"));
        Assert.Equal("unknown_attribute", unknown.Code);
        Assert.Contains("nearest: country", unknown.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Guardrails.EstimateAsync("country is"));
        Assert.Contains("expected a value", wrong.Message, StringComparison.Ordinal);

        await SettingsAsync(agents, settings =>
        {
            settings["sensitiveAttributes"] = new JsonArray("religion");
            settings["audiences"] = JsonNode.Parse("""[{"id":"french","name":"French","rule":{"attribute":"country","equals":"FR"}}]""");
        });
        var sensitive = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Guardrails.EstimateAsync("religion is none"));
        Assert.Contains("sensitive", sensitive.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Admin.CreateProgramAsync(With(RunningSilo.Program("aud"), one => one["audience"] = JsonNode.Parse("""{"audience":"frensh"}"""))));
        Assert.Contains("nearest: french", refused.Message, StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, With(RunningSilo.Program("aud", channel: "in_app"), one => one["audience"] = JsonNode.Parse("""{"audience":"french"}""")));

        Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("shopper-1", new() { ProgramId = "aud" }));
        Assert.Equal("not_in_audience", Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("shopper-7", new() { ProgramId = "aud" })).Reasons.Single().Code);
        var named = Assert.Single(await agents.Guardrails.AudiencesAsync());
        Assert.Equal(("country is \"FR\"", "program aud"), (named.Text, named.UsedBy.Single()));
        var used = await Assert.ThrowsAsync<AgentValidationException>(async () => await SettingsAsync(agents, settings => settings.Remove("audiences")));
        Assert.Contains("program 'aud'", used.Message, StringComparison.Ordinal);
        var shown = await Assert.ThrowsAsync<AgentValidationException>(async () => await SettingsAsync(agents, settings => settings["sensitiveAttributes"]!.AsArray().Add("firstName")));
        Assert.Contains("/messages/0/variables/0/name", shown.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("proves", "U8")]
    public async Task A_shadow_answers_nobody_and_activates_nothing()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, With(RunningSilo.Program("shade", channel: "in_app"), one => one["mode"] = "shadow"));
        await ArriveAsync(agents, "watched", "{}");
        var hold = Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("watched", new() { ProgramId = "shade", Activate = true }));
        Assert.Equal("shadow", hold.Reasons.Single().Code);
        var again = Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("watched", new() { ProgramId = "shade", Placement = "other" }));
        Assert.Equal("shadow", again.Reasons.Single().Code);
        Assert.Equal(("held", "shadow"), await agents.ActivateAsync(again.DecisionId!.Value) is var activated ? (activated.State, activated.Reasons.Single().Code) : default);
        var stored = JsonNode.Parse((await agents.DecisionAsync(again.DecisionId.Value)).Canonical.Span)!;
        Assert.Equal(("shadow", "send"), (stored["mode"]!.GetValue<string>(), stored["verdict"]!.GetValue<string>()));
        Assert.True((await agents.ReplayAsync(again.DecisionId.Value)).Identical);
    }

    [Fact]
    [Trait("proves", "R7")]
    public async Task Consent_is_imported_with_its_faults_and_a_denial_reaches_what_waits()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("waits"));
        await ArriveAsync(agents, "ada", "{}");
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("ada", new() { ProgramId = "waits" }));

        const string faulty = "userId,channel,status,at,proof\nada,push,denied,2026-11-24T08:00:00Z,\ngrace,email,granted,2026-11-01T00:00:00Z,\n";
        var looked = await agents.Guardrails.ImportConsentAsync(faulty, apply: false);
        Assert.Equal((1, 1, false), (looked.Rows, looked.Denied, looked.Applied));
        Assert.Equal((3, "proof", "missing"), looked.Errors.Single() is var fault ? (fault.Row, fault.Column, fault.Code) : default);
        var refused = await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Guardrails.ImportConsentAsync(faulty, apply: true));
        Assert.Equal(("invalid_consent", "/rows/3/proof"), (refused.Code, refused.Errors.Single().Path));
        Assert.Empty(await agents.ConsentAsync("ada"));

        var sound = faulty.Replace("00:00:00Z,\n", "00:00:00Z,form 7\n", StringComparison.Ordinal);
        Assert.True((await agents.Guardrails.ImportConsentAsync(sound, apply: true)).Applied);
        Assert.True((await agents.Guardrails.ImportConsentAsync(sound, apply: true)).Applied);
        Assert.Equal(("denied", "import"), (await agents.ConsentAsync("ada")).Single() is var one ? (one.Status, one.Source) : default);
        Assert.Equal("form 7", (await agents.ConsentAsync("grace")).Single().Proof);
        Assert.Equal(("held", "no_consent"), await agents.ActivateAsync(open.DecisionId!.Value) is var held ? (held.State, held.Reasons.Single().Code) : default);

        var overview = await agents.Guardrails.ConsentAsync();
        Assert.Equal((2, 10, 28), (overview.Sample, overview.Items.Count, overview.Denials.Count));
        var push = overview.Items.Single(item => item is { Channel: "push", Purpose: "marketing" });
        Assert.Equal((1L, 1L, 0.5, true), (push.Denied.Count, push.Reachable.Count, push.Denied.Share, push.Allowed));
        Assert.InRange(push.Denied.Share!.Value, push.Denied.Low!.Value, push.Denied.High!.Value);
        Assert.Equal(1, overview.Denials.Sum(day => day.Count));
    }
}
