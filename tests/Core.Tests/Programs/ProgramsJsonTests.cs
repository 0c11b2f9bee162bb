using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Programs;

public class ProgramsJsonTests
{
    [Fact]
    public void The_documented_example_is_a_program()
    {
        var program = ProgramsExample.Program;

        Assert.Equal("food", program.Id);
        Assert.Equal(TimeSpan.FromHours(24), program.Goal.HalfLife);
        Assert.Equal(["Menu Viewed", "Cart Started", "Food Order Placed"], program.Goal.Funnel);
        Assert.Equal([Dimension.Frequency, Dimension.Content, Dimension.Channel, Dimension.Slot, Dimension.Gap], program.Sets.Select(set => set.Dimension));
        Assert.True(program.Sets[1].Actions[2].Retired);
        Assert.Equal("brief_email", program.Messages[1].Name);
        Assert.Equal(new MessageVariable("user.city", "your city", 100), program.Messages[0].Variables[1]);
        Assert.Equal(new Cap("grd_all", null, 4, CapPeriod.RollingHours, 168), program.Guardrails.Caps[1]);
        Assert.Equal(("marketing", true), (program.Guardrails.Caps[2].Category, program.Guardrails.Caps[2].CountsAll));
        Assert.Equal([DayOfWeek.Sunday], program.Guardrails.Quiet[1].Days.AsEnumerable());
        Assert.Equal("seen in 30 days and not did \"Food Order Placed\" in 1 day", AudienceText.Of(program.Audience!));
        Assert.Equal(new TimeOnly(21, 0), program.Guardrails.Quiet[0].From);
        Assert.Equal(TimeSpan.FromHours(12), program.Guardrails.MinGap);
        Assert.Equal(new ExperimentPlan("food-1", 70, 10, 10, 10), program.Experiment);
        Assert.Equal(Learning.StandardOf(PosteriorKind.Joint), program.Learning);
        Assert.Equal(["warm_push", "brief_email"], program.Rules!.Messages.AsEnumerable());
        Assert.Equal(TimeSpan.FromHours(6), program.ExpiresAfter);
    }

    [Fact]
    public void A_written_program_reads_back_to_the_same_bytes()
    {
        var bytes = ProgramJson.Write(ProgramsExample.Program);

        var again = Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(bytes)).Program;

        Assert.Equal(bytes, ProgramJson.Write(again));
        Assert.Equal(ProgramsExample.Program.Learning, again.Learning);
        Assert.Equal(ProgramsExample.Program.Goal.Window, again.Goal.Window);
    }

    [Theory]
    [InlineData(312, true)]
    [InlineData(313, false)]
    public void A_long_baseline_needs_a_window_that_leaves_days_before_it(int hours, bool allowed)
    {
        var node = ProgramsExample.Node();
        node["goal"]!["windowHours"] = hours;
        node["learning"] = new JsonObject { ["baseline"] = "long", ["adjust"] = true };

        var parsed = ProgramsExample.Parse(node);

        if (allowed)
        {
            var learning = Assert.IsType<ProgramParse.Ok>(parsed).Program.Learning;
            Assert.Equal((Baseline.FourWeeks, true), (learning.Baseline, learning.Adjust));
            return;
        }

        var error = Assert.Single(Assert.IsType<ProgramParse.Bad>(parsed).Errors);
        Assert.Equal(("/learning/baseline", "not_allowed"), (error.Pointer, error.Code));
    }

    [Theory]
    [InlineData("2026-03-02T00:00:00Z", "2026-03-16T00:00:00+02:00", null)]
    [InlineData("2026-03-02T00:00:00Z", null, "/experiment/endsAt")]
    [InlineData("2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", "/experiment/endsAt")]
    [InlineData("soon", "2026-03-02T00:00:00Z", "/experiment/startsAt")]
    public void An_experiment_may_fix_its_span_beforehand(string start, string? end, string? refused)
    {
        var node = ProgramsExample.Node();
        node["experiment"]!["startsAt"] = start;
        node["experiment"]!["endsAt"] = end;
        var parsed = ProgramsExample.Parse(node);
        if (refused is not null)
        {
            Assert.Equal(refused, Assert.IsType<ProgramParse.Bad>(parsed).Errors[0].Pointer);
            return;
        }

        var program = Assert.IsType<ProgramParse.Ok>(parsed).Program;
        var horizon = program.Experiment.HorizonWith(TimeSpan.FromHours(6))!;
        Assert.Equal("2026-03-15T22:00:00.000Z", horizon.End.ToString());
        Assert.Equal((true, false), (horizon.IsInterim(horizon.End), horizon.IsInterim(horizon.End + TimeSpan.FromHours(6))));
        Assert.Equal(program.Experiment, Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(ProgramJson.Write(program))).Program.Experiment);
    }

    [Fact]
    public void Fields_left_out_take_the_documented_defaults()
    {
        var node = ProgramsExample.Node();
        foreach (var name in new[] { "priority", "guardrails", "learning", "scheduled", "everyDays", "expiresAfterHours" })
        {
            node.Remove(name);
        }

        node["goal"]!.AsObject().Remove("labelWindowHours");
        node["goal"]!["windowHours"] = 48;
        node["goal"]!["halfLifeHours"] = null;
        node["actionSets"]![1]!["forgettingHalfLifeDays"] = null;

        var program = Assert.IsType<ProgramParse.Ok>(ProgramsExample.Parse(node)).Program;

        Assert.Equal(100, program.Priority);
        Assert.Equal(Guardrails.None, program.Guardrails);
        Assert.Equal(Learning.StandardOf(PosteriorKind.Joint), program.Learning);
        Assert.True(program.Scheduled);
        Assert.Equal(TimeSpan.FromHours(72), program.Goal.LabelWindow);
        Assert.Null(program.Goal.HalfLife);
        Assert.Null(program.Sets[1].ForgettingHalfLife);
        Assert.Equal(TimeSpan.FromDays(30), program.Sets[0].ForgettingHalfLife);
    }

    [Theory]
    [InlineData("id", "\"fo od\"", "/id", "not_allowed")]
    [InlineData("id", "\"\"", "/id", "out_of_range")]
    [InlineData("id", "7", "/id", "wrong_type")]
    [InlineData("id", null, "/id", "missing")]
    [InlineData("colour", "1", "/colour", "unknown_field")]
    [InlineData("state", "\"live\"", "/state", "unknown_field")]
    [InlineData("priority", "10001", "/priority", "out_of_range")]
    [InlineData("priority", "1.5", "/priority", "wrong_type")]
    [InlineData("everyDays", "0", "/everyDays", "out_of_range")]
    [InlineData("expiresAfterHours", "\"6\"", "/expiresAfterHours", "wrong_type")]
    [InlineData("scheduled", "\"yes\"", "/scheduled", "wrong_type")]
    [InlineData("goal", null, "/goal", "missing")]
    [InlineData("goal", "[]", "/goal", "wrong_type")]
    [InlineData("goal/events", "[]", "/goal/events", "out_of_range")]
    [InlineData("goal/events", "[\"a\",\"a\"]", "/goal/events/1", "duplicate")]
    [InlineData("goal/windowHours", "11", "/goal/windowHours", "out_of_range")]
    [InlineData("goal/windowHours", "1e999", "/goal/windowHours", "out_of_range")]
    [InlineData("goal/lookbackDays", "91", "/goal/lookbackDays", "out_of_range")]
    [InlineData("goal/negativeEvents", "[\"Cart Started\"]", "/goal/negativeEvents", "duplicate")]
    [InlineData("actionSets", "[]", "/actionSets", "out_of_range")]
    [InlineData("actionSets/1/id", "\"slot\"", "/actionSets/3/id", "duplicate")]
    [InlineData("actionSets/1/dimension", "\"mood\"", "/actionSets/1/dimension", "not_allowed")]
    [InlineData("actionSets/1/dimension", "\"gap\"", "/actionSets/4/dimension", "duplicate")]
    [InlineData("actionSets/1/exploration", "0.51", "/actionSets/1/exploration", "out_of_range")]
    [InlineData("actionSets/1/actions/1/id", "\"warm\"", "/actionSets/1/actions/1/id", "duplicate")]
    [InlineData("actionSets/1/actions/2/retired", "false", "/actionSets/1/actions/2", "not_carried")]
    [InlineData("actionSets/0/actions/0/id", "\"maybe\"", "/actionSets/0/actions/0/id", "not_allowed")]
    [InlineData("actionSets/0/actions", "[{\"id\":\"send\"}]", "/actionSets/0/actions", "missing")]
    [InlineData("actionSets/2/actions/0/id", "\"fax\"", "/actionSets/2/actions/0/id", "not_allowed")]
    [InlineData("actionSets/3/actions/0/id", "\"night-weekday\"", "/actionSets/3/actions/0/id", "not_allowed")]
    [InlineData("actionSets/4/actions/0/id", "\"31\"", "/actionSets/4/actions/0/id", "not_allowed")]
    [InlineData("actionSets/4/actions/0/id", "\"01\"", "/actionSets/4/actions/0/id", "not_allowed")]
    [InlineData("actionSets/4/actions/0", "{\"id\":\"4\",\"retired\":1}", "/actionSets/4/actions/0/retired", "wrong_type")]
    [InlineData("messages", "{}", "/messages", "wrong_type")]
    [InlineData("messages/1/id", "\"warm_push\"", "/messages/1/id", "duplicate")]
    [InlineData("messages/0/channel", "\"pigeon\"", "/messages/0/channel", "not_allowed")]
    [InlineData("messages/0/category", "\"spam\"", "/messages/0/category", "not_allowed")]
    [InlineData("messages/0/labels/mood", "\"x\"", "/messages/0/labels/mood", "unknown_reference")]
    [InlineData("messages/0/labels/tone", "\"cold\"", "/messages/0/labels/tone", "unknown_reference")]
    [InlineData("messages/0/labels/slot", "\"morning-weekday\"", "/messages/0/labels/slot", "not_allowed")]
    [InlineData("messages/0/labels/channel", "\"email\"", "/messages/0/labels/channel", "not_allowed")]
    [InlineData("messages/0/labels", "{\"channel\":\"push\"}", "/messages/0/labels", "unlabelled")]
    [InlineData("messages/0/content", "{}", "/messages/0/content", "missing")]
    [InlineData("messages/0/content/bo-dy", "\"x\"", "/messages/0/content/bo-dy", "not_allowed")]
    [InlineData("messages/0/content/body", "\"{{- user.age | plus: 1 }}\"", "/messages/0/content/body", "undeclared_variable")]
    [InlineData("messages/0/content/body", "\"{{ decision.reason }}\"", "/messages/0/content/body", "undeclared_variable")]
    [InlineData("messages/0/content/body", "\"{{ user.age.size }}\"", "/messages/0/content/body", "undeclared_variable")]
    [InlineData("messages/0/variables/1/name", "\"user.firstName.short\"", "/messages/0/variables/0/name", "not_allowed")]
    [InlineData("messages/0/variables/0/default", "\"\"", "/messages/0/variables/0/default", "out_of_range")]
    [InlineData("messages/0/variables/0/default", "\"  \"", "/messages/0/variables/0/default", "out_of_range")]
    [InlineData("messages/0/variables/0/maxLength", "501", "/messages/0/variables/0/maxLength", "out_of_range")]
    [InlineData("messages/0/variables/0/name", "\"user name\"", "/messages/0/variables/0/name", "not_allowed")]
    [InlineData("messages/0/variables/1/name", "\"user.firstName\"", "/messages/0/variables/1/name", "duplicate")]
    [InlineData("messages/0/eligibility/0/attribute", null, "/messages/0/eligibility/0/attribute", "missing")]
    [InlineData("messages/0/maxPerUser", "0", "/messages/0/maxPerUser", "out_of_range")]
    [InlineData("messages/0/maxPerUserDays", "36", "/messages/0/maxPerUserDays", "out_of_range")]
    [InlineData("guardrails/quietHours/0/from", "\"9pm\"", "/guardrails/quietHours/0/from", "not_allowed")]
    [InlineData("guardrails/quietHours/0/from", "\"24:00\"", "/guardrails/quietHours/0/from", "not_allowed")]
    [InlineData("guardrails/quietHours/0/exceptChannels", "[\"fax\"]", "/guardrails/quietHours/0/exceptChannels/0", "not_allowed")]
    [InlineData("guardrails/caps/0/count", null, "/guardrails/caps/0/count", "missing")]
    [InlineData("guardrails/caps/0/channel", "\"fax\"", "/guardrails/caps/0/channel", "not_allowed")]
    [InlineData("guardrails/caps/0/per", "\"month\"", "/guardrails/caps/0/per", "not_allowed")]
    [InlineData("guardrails/caps/0/hours", "24", "/guardrails/caps/0/hours", "not_allowed")]
    [InlineData("guardrails/caps/1/hours", null, "/guardrails/caps/1/hours", "missing")]
    [InlineData("messages/0/channel", "\"sms\"", "/messages/0/channel", "unknown_reference")]
    [InlineData("guardrails/caps/1/hours", "841", "/guardrails/caps/1/hours", "out_of_range")]
    [InlineData("guardrails/caps/0/id", "\"grd_night\"", "/guardrails/caps/0/id", "duplicate")]
    [InlineData("guardrails/minGapHours", "-1", "/guardrails/minGapHours", "out_of_range")]
    [InlineData("guardrails/quietHours/1/days", "[\"sunday\"]", "/guardrails/quietHours/1/days/0", "out_of_range")]
    [InlineData("guardrails/quietHours/1/days", "[\"son\"]", "/guardrails/quietHours/1/days/0", "not_allowed")]
    [InlineData("guardrails/caps/2/category", "\"ads\"", "/guardrails/caps/2/category", "not_allowed")]
    [InlineData("guardrails/caps/2/counts", "\"some\"", "/guardrails/caps/2/counts", "not_allowed")]
    [InlineData("guardrails/blackouts/0/to", "\"2026-12-31T00:00:00Z\"", "/guardrails/blackouts/0/to", "out_of_range")]
    [InlineData("guardrails/blackouts/0/from", null, "/guardrails/blackouts/0", "missing")]
    [InlineData("guardrails/blackouts/0/id", "\"grd_all\"", "/guardrails/blackouts/0/id", "duplicate")]
    [InlineData("guardrails/restAfterGoalHours", "0", "/guardrails/restAfterGoalHours", "out_of_range")]
    [InlineData("guardrails/suppressWhen", "{}", "/guardrails/suppressWhen", "missing")]
    [InlineData("guardrails/onBlock", "\"wait\"", "/guardrails/onBlock", "not_allowed")]
    [InlineData("guardrails/maxDeferHours", "73", "/guardrails/maxDeferHours", "out_of_range")]
    [InlineData("messages/0/cooldownDays", "36", "/messages/0/cooldownDays", "out_of_range")]
    [InlineData("messages/0/validTo", "\"2026-02-01T00:00:00Z\"", "/messages/0/validTo", "out_of_range")]
    [InlineData("messages/0/withdrawn", "1", "/messages/0/withdrawn", "wrong_type")]
    [InlineData("audience", "{\"all\":[{\"age\":1}]}", "/audience/all/0", "missing")]
    [InlineData("mode", "\"off\"", "/mode", "not_allowed")]
    [InlineData("rampPercent", "0", "/rampPercent", "out_of_range")]
    [InlineData("experiment/salt", null, "/experiment/salt", "missing")]
    [InlineData("experiment", "{\"salt\":\"s\"}", "/experiment", "out_of_range")]
    [InlineData("learning/neighbours", "4", "/learning/neighbours", "out_of_range")]
    [InlineData("learning/fewestNeighbours", "26", "/learning/fewestNeighbours", "out_of_range")]
    [InlineData("learning/shortestWindowHours", "73", "/learning/shortestWindowHours", "out_of_range")]
    [InlineData("learning/baseline", "\"month\"", "/learning/baseline", "not_allowed")]
    [InlineData("learning/baseline", "28", "/learning/baseline", "wrong_type")]
    [InlineData("learning/adjust", "\"yes\"", "/learning/adjust", "wrong_type")]
    [InlineData("learning/posterior", "\"cauchy\"", "/learning/posterior", "not_allowed")]
    [InlineData("rules", null, "/rules", "missing")]
    [InlineData("rules/hour", "24", "/rules/hour", "out_of_range")]
    [InlineData("rules/messages", "[\"none\"]", "/rules/messages/0", "unknown_reference")]
    public void A_fault_is_named_by_its_place_and_code(string path, string? json, string place, string code)
    {
        var bad = Assert.IsType<ProgramParse.Bad>(ProgramsExample.Parse(Changed(ProgramsExample.Node(), path, json)));

        Assert.Contains(bad.Errors, error => error.Pointer == place && error.Code == code && error.Detail.Length > 10);
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var node = Changed(Changed(Changed(ProgramsExample.Node(), "priority", "-1"), "goal/windowHours", "\"x\""), "messages/1/channel", "\"fax\"");

        var bad = Assert.IsType<ProgramParse.Bad>(ProgramsExample.Parse(node));

        Assert.Equal(["/goal/windowHours", "/messages/1/channel", "/priority"], bad.Errors.Select(error => error.Pointer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_error_says_what_was_found_and_what_is_allowed()
    {
        var bad = Assert.IsType<ProgramParse.Bad>(ProgramsExample.Parse(Changed(ProgramsExample.Node(), "goal/windowHours", "11")));

        Assert.Equal("must be 12 to 720; was 11", Assert.Single(bad.Errors).Detail);
    }

    [Fact]
    public void Malformed_json_names_line_and_column()
    {
        var bad = Assert.IsType<ProgramParse.Bad>(ProgramJson.Parse("{\n  \"id\": \"a\",\n  \"name\" 7\n}"u8));

        var error = Assert.Single(bad.Errors);
        Assert.Equal(("", ProgramErrorCode.InvalidJson), (error.Pointer, error.Code));
        Assert.StartsWith("line 3, column 10: ", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public void What_is_no_program_at_all_is_refused(string text) => Assert.IsType<ProgramParse.Bad>(ProgramJson.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_field_given_twice_is_refused()
    {
        var bad = Assert.IsType<ProgramParse.Bad>(ProgramJson.Parse("{\"goal\":{\"id\":\"a\",\"id\":\"b\"}}"u8));

        var error = Assert.Single(bad.Errors);
        Assert.Equal(("/goal/id", ProgramErrorCode.Duplicate), (error.Pointer, error.Code));
    }

    [Theory]
    [InlineData("{% for item in user.items %}{{ item.name }}{% endfor %}")]
    [InlineData("{% assign sum = 3 %}{{ sum }}")]
    [InlineData("{{ 'plain' | upcase }} {{ 5 }} { user.x }")]
    [InlineData("{{ program.name }} {{ decision.id }} {{ now | date: '%H:%M' }}")]
    [InlineData("{{ user.city.size }} {{user.city-}}")]
    public void What_the_template_or_the_product_gives_needs_no_default(string template)
    {
        var node = ProgramsExample.Node();
        node["messages"]![0]!["content"]!["body"] = template;

        Assert.IsType<ProgramParse.Ok>(ProgramsExample.Parse(node));
    }

    [Fact]
    public void The_documented_settings_read_back_to_the_same_bytes()
    {
        var settings = Assert.IsType<WorkspaceSettingsParse.Ok>(WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(ProgramsExample.SettingsText))).Settings;

        Assert.Equal("Europe/Paris", settings.TimeZone);
        Assert.Single(settings.Guardrails.Caps);
        var bytes = WorkspaceSettingsJson.Write(settings);
        Assert.Equal(bytes, WorkspaceSettingsJson.Write(Assert.IsType<WorkspaceSettingsParse.Ok>(WorkspaceSettingsJson.Parse(bytes)).Settings));
    }

    [Fact]
    public void What_came_after_the_first_release_is_written_only_where_it_is_set()
    {
        var node = ProgramsExample.Node();
        foreach (var name in new[] { "audience", "mode", "rampPercent" })
        {
            node.Remove(name);
        }

        foreach (var name in new[] { "blackouts", "budgets", "restAfterGoalHours", "suppressWhen", "onBlock", "maxDeferHours" })
        {
            node["guardrails"]!.AsObject().Remove(name);
        }

        node["guardrails"]!["quietHours"]!.AsArray().RemoveAt(1);
        node["guardrails"]!["caps"]!.AsArray().RemoveAt(2);
        foreach (var name in new[] { "cooldownDays", "costPerSend", "validFrom", "validTo", "withdrawn" })
        {
            node["messages"]![0]!.AsObject().Remove(name);
        }

        var written = JsonNode.Parse(ProgramJson.Write(Assert.IsType<ProgramParse.Ok>(ProgramsExample.Parse(node)).Program))!;

        Assert.Equal(
            ["actionSets", "everyDays", "experiment", "expiresAfterHours", "goal", "guardrails", "id", "learning", "messages", "name", "priority", "rules", "scheduled", "trigger"],
            written.AsObject().Select(member => member.Key));
        Assert.Equal(["caps", "id", "minGapHours", "quietHours"], written["guardrails"]!.AsObject().Select(member => member.Key));
        Assert.Equal(["exceptChannels", "from", "id", "to"], written["guardrails"]!["quietHours"]![0]!.AsObject().Select(member => member.Key));
        Assert.Equal(["channel", "count", "hours", "id", "per"], written["guardrails"]!["caps"]![0]!.AsObject().Select(member => member.Key));
        Assert.Equal(
            ["category", "channel", "content", "eligibility", "id", "labels", "locale", "maxPerUser", "maxPerUserDays", "name", "variables"],
            written["messages"]![0]!.AsObject().Select(member => member.Key));
        Assert.Equal(["guardrails", "timeZone"], JsonNode.Parse(WorkspaceSettingsJson.Write(new WorkspaceSettings()))!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Empty_settings_are_the_defaults()
    {
        var settings = Assert.IsType<WorkspaceSettingsParse.Ok>(WorkspaceSettingsJson.Parse("{}"u8)).Settings;

        Assert.Equal(WorkspaceSettingsJson.Write(new WorkspaceSettings()), WorkspaceSettingsJson.Write(settings));
        Assert.Equal(6, settings.Guardrails.Caps.Length);
    }

    [Theory]
    [InlineData("timeZone", "\"Europe/Atlantis\"", "/timeZone", "not_allowed")]
    [InlineData("killSwitch", "true", "/killSwitch", "unknown_field")]
    [InlineData("zone", "1", "/zone", "unknown_field")]
    [InlineData("guardrails/quietHours/0/to", null, "/guardrails/quietHours/0/to", "missing")]
    public void A_fault_in_settings_is_named_by_its_place_and_code(string path, string? json, string place, string code)
    {
        var node = Changed(ProgramsExample.SettingsNode(), path, json);

        var bad = Assert.IsType<WorkspaceSettingsParse.Bad>(WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(node.ToJsonString())));

        var error = Assert.Single(bad.Errors);
        Assert.Equal((place, code), (error.Pointer, error.Code));
    }

    static JsonObject Changed(JsonObject document, string path, string? json)
    {
        var steps = path.Split('/');
        JsonNode parent = document;
        foreach (var step in steps[..^1])
        {
            parent = parent is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : parent[step]!;
        }

        if (parent is JsonArray items)
        {
            items[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(json!);
        }
        else if (json is null)
        {
            parent.AsObject().Remove(steps[^1]);
        }
        else
        {
            parent[steps[^1]] = JsonNode.Parse(json);
        }

        return document;
    }
}
