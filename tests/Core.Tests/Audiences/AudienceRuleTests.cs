using System.Text;
using System.Text.Json;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Programs;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Audiences;

public class AudienceRuleTests
{
    static AudienceRuleParse Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return AudienceRuleParse.Of(document.RootElement, "/rule");
    }

    static string Json(AudienceRule rule) => AudienceRuleParse.Write(rule).ToJsonString();

    [Fact]
    public void A_rule_reads_back_from_its_json_and_from_its_words() => SomeRules.Any.Sample(
        rule =>
        {
            Assert.Equal(Json(rule), Json(Assert.IsType<AudienceRuleParse.Ok>(Parse(Json(rule))).Rule));
            var words = AudienceText.Of(rule);
            Assert.Equal((words, Json(rule)), (words, AudienceText.Parse(words) is AudienceRuleParse.Ok ok ? Json(ok.Rule) : ((AudienceRuleParse.Bad)AudienceText.Parse(words)).Errors[0].Detail));
        },
        seed: "0000audnc001",
        iter: 3_000);

    [Theory]
    [InlineData("country is FR", """{"attribute":"country","anyOf":["FR"]}""")]
    [InlineData("country = \"FR\", DE and age >= 18", """{"all":[{"attribute":"country","anyOf":["FR","DE"]},{"attribute":"age","atLeast":18}]}""")]
    [InlineData("vip exists or not seen for 7 days", """{"any":[{"attribute":"vip","exists":true},{"not":{"seenDays":7}}]}""")]
    [InlineData("did \"Order Completed\" at least 2 times in 30 days", """{"did":"Order Completed","atLeast":2,"days":30}""")]
    [InlineData("did Opened at most 1 time in 1 day", """{"did":"Opened","atLeast":0,"atMost":1,"days":1}""")]
    [InlineData("did Opened 3 times in 2 days", """{"did":"Opened","atLeast":3,"atMost":3,"days":2}""")]
    [InlineData("(a exists or b exists) and c exists", """{"all":[{"any":[{"attribute":"a","exists":true},{"attribute":"b","exists":true}]},{"attribute":"c","exists":true}]}""")]
    [InlineData("a exists or b exists and c exists", """{"any":[{"attribute":"a","exists":true},{"all":[{"attribute":"b","exists":true},{"attribute":"c","exists":true}]}]}""")]
    [InlineData("reachable by push and consent email marketing granted and lifecycle new, active and audience vips",
        """{"all":[{"reachable":"push"},{"consent":"email","purpose":"marketing","status":"granted"},{"lifecycle":["new","active"]},{"audience":"vips"}]}""")]
    public void Words_say_what_the_json_says(string words, string json) => Assert.Equal(json, Json(Assert.IsType<AudienceRuleParse.Ok>(AudienceText.Parse(words)).Rule));

    [Theory]
    [InlineData("", "character 1: the text ends; expected did")]
    [InlineData("country", "character 8: the text ends; expected is, exists")]
    [InlineData("country is", "expected a value")]
    [InlineData("country is \"FR", "character 12: the text that begins here does not end")]
    [InlineData("age >= young", "character 8: \"young\" does not fit; expected a number")]
    [InlineData("did Opened in 50 days", "must be 1 to 42; was 50")]
    [InlineData("seen in 7", "expected days")]
    [InlineData("a exists b exists", "character 10: \"b\" does not fit; expected and, or, or the end")]
    [InlineData("(a exists", "expected )")]
    [InlineData("reachable by pigeon", "must be one of push, email, sms, whatsapp, in_app; was \"pigeon\"")]
    [InlineData("a % 3", "'%' has no meaning here")]
    public void Words_that_are_no_rule_are_refused_with_their_place(string words, string detail) =>
        Assert.Contains(detail, Assert.IsType<AudienceRuleParse.Bad>(AudienceText.Parse(words)).Errors[0].Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("[]", "/rule", "wrong_type")]
    [InlineData("{}", "/rule", "missing")]
    [InlineData("""{"all":[],"any":[]}""", "/rule", "not_allowed")]
    [InlineData("""{"all":[]}""", "/rule/all", "out_of_range")]
    [InlineData("""{"all":[7]}""", "/rule/all/0", "wrong_type")]
    [InlineData("""{"not":[]}""", "/rule/not", "wrong_type")]
    [InlineData("""{"attribute":"a"}""", "/rule", "missing")]
    [InlineData("""{"attribute":"a","equals":"x","exists":true}""", "/rule", "not_allowed")]
    [InlineData("""{"attribute":"a","anyOf":[]}""", "/rule/anyOf", "out_of_range")]
    [InlineData("""{"attribute":"a","atLeast":"x"}""", "/rule/atLeast", "wrong_type")]
    [InlineData("""{"did":"x"}""", "/rule/days", "missing")]
    [InlineData("""{"did":"x","days":43}""", "/rule/days", "out_of_range")]
    [InlineData("""{"did":"x","days":1,"atLeast":3,"atMost":2}""", "/rule/atMost", "out_of_range")]
    [InlineData("""{"seenDays":0}""", "/rule/seenDays", "out_of_range")]
    [InlineData("""{"consent":"email","status":"maybe"}""", "/rule/status", "not_allowed")]
    [InlineData("""{"reachable":"pigeon"}""", "/rule/reachable", "not_allowed")]
    [InlineData("""{"lifecycle":["old"]}""", "/rule/lifecycle/0", "not_allowed")]
    [InlineData("""{"seenDays":1,"weeks":2}""", "/rule/weeks", "unknown_field")]
    [InlineData("""{"not":{"not":{"not":{"not":{"not":{"not":{"not":{"not":{"seenDays":1}}}}}}}}}""", "/rule/not/not/not/not/not/not/not/not", "out_of_range")]
    public void A_fault_is_named_by_its_place_and_code(string json, string place, string code) =>
        Assert.Contains(Assert.IsType<AudienceRuleParse.Bad>(Parse(json)).Errors, error => error.Pointer == place && error.Code == code);

    [Fact]
    public void A_rule_with_too_many_parts_is_refused() =>
        Assert.Equal("out_of_range", Assert.IsType<AudienceRuleParse.Bad>(Parse($$"""{"any":[{{string.Join(',', Enumerable.Range(0, 64).Select(i => $$"""{"seenDays":{{i + 1}} }"""))}}]}""")).Errors[0].Code);

    static WorkspaceSettingsParse Settings(string json) => WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("""{"audiences":[{"id":"a","rule":{"audience":"b"}},{"id":"b","rule":{"not":{"audience":"a"}}}]}""", "/audiences/0/rule", "not_allowed", "a → b → a")]
    [InlineData("""{"audiences":[{"id":"a","rule":{"audience":"a"}}]}""", "/audiences/0/rule", "not_allowed", "a → a")]
    [InlineData("""{"audiences":[{"id":"vips","rule":{"seenDays":1}},{"id":"b","rule":{"audience":"vip"}}]}""", "/audiences/1/rule/audience", "unknown_reference", "nearest: vips")]
    [InlineData("""{"audiences":[{"id":"a","rule":{"seenDays":1}},{"id":"a","rule":{"seenDays":1}}]}""", "/audiences/1/id", "duplicate", "another audience")]
    [InlineData("""{"sensitiveAttributes":["religion"],"audiences":[{"id":"a","rule":{"any":[{"seenDays":1},{"attribute":"religion","exists":true}]}}]}""", "/audiences/0/rule/any/1/attribute", "sensitive_attribute", "decides nothing")]
    [InlineData("""{"attributes":["country","city"],"audiences":[{"id":"a","rule":{"attribute":"contry","exists":true}}]}""", "/audiences/0/rule/attribute", "unknown_reference", "nearest: country")]
    [InlineData("""{"sensitiveAttributes":["health"],"guardrails":{"suppressWhen":{"attribute":"health","exists":true}}}""", "/guardrails/suppressWhen/attribute", "sensitive_attribute", "shown to nobody")]
    public void Audiences_of_a_workspace_fit_together(string json, string place, string code, string detail)
    {
        var error = Assert.IsType<WorkspaceSettingsParse.Bad>(Settings(json)).Errors.First(one => one.Pointer == place);
        Assert.Equal(code, error.Code);
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_must_not_read_what_is_sensitive_and_must_name_audiences_that_there_are()
    {
        var settings = Assert.IsType<WorkspaceSettingsParse.Ok>(Settings("""{"sensitiveAttributes":["country","firstName","plan"],"audiences":[{"id":"regulars","rule":{"seenDays":1}}]}""")).Settings;
        var program = Programs.ProgramsExample.Program with
        {
            Audience = new AudienceRule.In("regular"),
            Learning = Programs.ProgramsExample.Program.Learning with { Market = "plan" },
        };

        var errors = AudienceChecks.Of(program, settings);

        Assert.Equal(
            ["/audience/audience unknown_reference", "/learning/market sensitive_attribute", "/messages/0/eligibility/0/attribute sensitive_attribute", "/messages/0/variables/0/name sensitive_attribute"],
            errors.Select(error => $"{error.Pointer} {error.Code}"));
        Assert.Contains("nearest: regulars", errors[0].Detail, StringComparison.Ordinal);
        Assert.Empty(AudienceChecks.Of(Programs.ProgramsExample.Program, new WorkspaceSettings()));
    }

    [Fact]
    public void Near_names_are_few_and_near()
    {
        Assert.Equal(["country", "county"], NearestNames.To("contry", ["city", "country", "county", "age"]));
        Assert.Empty(NearestNames.To("zzzz", ["country", "age"]));
    }
}
