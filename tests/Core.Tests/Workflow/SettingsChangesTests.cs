using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;

namespace Aampe.Agents.Core.Tests.Workflow;

public sealed class SettingsChangesTests
{
    static readonly Instant now = Instant.From(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    const string Before = """
        {
          "timeZone": "Europe/Paris",
          "guardrails": {
            "id": "g",
            "quietHours": [{ "id": "q", "from": "21:00", "to": "08:00", "exceptChannels": ["in_app"] }],
            "caps": [{ "id": "push", "channel": "push", "count": 1, "per": "localDay" }, { "id": "all", "count": 5, "per": "localWeek" }],
            "minGapHours": 8,
            "budgets": [{ "id": "sms", "channel": "sms", "amount": 100, "currency": "EUR", "per": "month" }],
            "restAfterGoalHours": 24,
            "blackouts": [{ "id": "over", "from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z" }, { "id": "eve", "from": "2026-12-24T00:00:00Z", "to": "2026-12-25T00:00:00Z" }],
            "suppressWhen": { "attribute": "complaint", "equals": "open" }
          },
          "audiences": [{ "id": "regulars", "name": "Regulars", "rule": { "seenDays": 7 } }],
          "sensitiveAttributes": ["religion"]
        }
        """;

    /// <summary>A pointer, the value put there (empty = taken away), and what of the change loosens: its beginning, or nothing.</summary>
    [Theory]
    [InlineData("/guardrails/caps/0/count", "0", null)]
    [InlineData("/guardrails/caps/0/count", "2", "cap push allows more")]
    [InlineData("/guardrails/caps/0/per", "\"localWeek\"", null)]
    [InlineData("/guardrails/caps/1/per", "\"localDay\"", "cap all allows more")]
    [InlineData("/guardrails/caps/0/channel", "null", null)]
    [InlineData("/guardrails/caps/1/channel", "\"sms\"", "cap all allows more")]
    [InlineData("/guardrails/caps/1/category", "\"marketing\"", "cap all allows more")]
    [InlineData("/guardrails/caps/0", "", "cap push is gone")]
    [InlineData("/guardrails/caps/0/id", "\"renamed\"", null)]
    [InlineData("/guardrails/quietHours/0/from", "\"20:00\"", null)]
    [InlineData("/guardrails/quietHours/0/from", "\"22:00\"", "push may speak in 7 hours")]
    [InlineData("/guardrails/quietHours/0/days", "[\"mon\"]", "push may speak in 66 hours")]
    [InlineData("/guardrails/quietHours/0/exceptChannels", "[]", null)]
    [InlineData("/guardrails/quietHours/0/exceptChannels", "[\"in_app\",\"sms\"]", "sms may speak in 77 hours")]
    [InlineData("/guardrails/budgets/0/amount", "99.99", null)]
    [InlineData("/guardrails/budgets/0/amount", "100.01", "budget sms allows more")]
    [InlineData("/guardrails/budgets/0/per", "\"week\"", "budget sms allows more")]
    [InlineData("/guardrails/budgets/0/channel", "null", null)]
    [InlineData("/guardrails/budgets/0/channel", "\"email\"", "budget sms allows more")]
    [InlineData("/guardrails/budgets/0", "", "budget sms allows more, or is gone")]
    [InlineData("/guardrails/budgets/0/id", "\"texts\"", "budget sms allows more, or is gone")]
    [InlineData("/guardrails/minGapHours", "9", null)]
    [InlineData("/guardrails/minGapHours", "7.5", "the gap between two messages is shorter: 8 h → 7.5 h")]
    [InlineData("/guardrails/minGapHours", "", "the gap between two messages is shorter: 8 h → 0 h")]
    [InlineData("/guardrails/restAfterGoalHours", "1", "the rest after a goal is shorter")]
    [InlineData("/guardrails/blackouts/0", "", null)]
    [InlineData("/guardrails/blackouts/1", "", "blackout eve is shorter")]
    [InlineData("/guardrails/blackouts/1/to", "\"2026-12-26T00:00:00Z\"", null)]
    [InlineData("/guardrails/blackouts/1/channel", "\"push\"", "blackout eve is shorter")]
    [InlineData("/guardrails/suppressWhen", "", "suppressWhen holds for others")]
    [InlineData("/guardrails/suppressWhen", """{"any":[{"attribute":"complaint","equals":"open"},{"attribute":"vip","exists":true}]}""", null)]
    [InlineData("/guardrails/suppressWhen", """{"all":[{"attribute":"complaint","equals":"open"},{"attribute":"vip","exists":true}]}""", "suppressWhen holds for others")]
    [InlineData("/guardrails/onBlock", "\"deferToOpen\"", "what quiet hours stop comes up to 12 h later")]
    [InlineData("/timeZone", "\"UTC\"", "quiet hours and days of users without a zone move")]
    [InlineData("/audiences/0/name", "\"Renamed\"", null)]
    [InlineData("/audiences/0/rule", """{"seenDays":8}""", "audience regulars holds for others")]
    [InlineData("/audiences/0", "", "audience regulars holds for others")]
    [InlineData("/sensitiveAttributes", "[\"religion\",\"health\"]", null)]
    [InlineData("/sensitiveAttributes", "[]", "attribute religion is no longer sensitive")]
    public void What_narrows_is_told_from_what_loosens(string place, string value, string? loosened)
    {
        var after = JsonNode.Parse(Before)!;
        Put(after, place, value);
        var found = SettingsChanges.Loosened(Settings(Before), Settings(after.ToJsonString()), now);
        if (loosened is null)
        {
            Assert.Empty(found);
            return;
        }

        Assert.StartsWith(loosened, found[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_loosened_by_the_same_settings_and_everything_by_none() =>
        Assert.Equal((0, true), (
            SettingsChanges.Loosened(Settings(Before), Settings(Before), now).Count,
            SettingsChanges.Loosened(Settings(Before), Settings("""{"timeZone":"Europe/Paris","guardrails":{"id":"g","quietHours":[],"caps":[]}}"""), now).Count > 8));

    /// <summary>Adding to what is narrow stays narrow: of two lists of limits the longer one never loosens.</summary>
    [Fact]
    public void A_limit_more_never_loosens()
    {
        var after = JsonNode.Parse(Before)!;
        after["guardrails"]!["caps"]!.AsArray().Add(JsonNode.Parse("""{ "id": "sms_week", "channel": "sms", "count": 1, "per": "localWeek" }"""));
        after["guardrails"]!["quietHours"]!.AsArray().Add(JsonNode.Parse("""{ "id": "sunday", "from": "00:00", "to": "00:00", "days": ["sun"] }"""));
        Assert.Empty(SettingsChanges.Loosened(Settings(Before), Settings(after.ToJsonString()), now));
        Assert.NotEmpty(SettingsChanges.Loosened(Settings(after.ToJsonString()), Settings(Before), now));
    }

    [Fact]
    public void Nobody_approves_an_own_loosening_while_somebody_else_could()
    {
        var all = Rights.Edit | Rights.Approve | Rights.Pause | Rights.Resume | Rights.Override;
        WorkflowActor ana = new("person:ana", "ana", all, true), ben = new("person:ben", "ben", all, true), mia = new("person:mia", "mia", Rights.Edit, true);
        Assert.False(SettingsReview.Waits([], ana));
        Assert.True(SettingsReview.Waits(["cap"], ana));
        Assert.False(SettingsReview.Waits(["cap"], ana with { FourEyes = false }));
        var waiting = SettingsReview.Written(null, ana);
        Assert.IsType<Transition.OwnChange>(SettingsReview.Move(waiting, "live", ana));
        Assert.IsType<Transition.Forbidden>(SettingsReview.Move(waiting, "live", mia));
        Assert.Equal(["live", "draft"], SettingsReview.Open(waiting, ben));
        Assert.Equal(["draft"], SettingsReview.Open(waiting, ana));
        Assert.IsType<Transition.OwnChange>(SettingsReview.Move(SettingsReview.Written(waiting, ben), "live", ben));
        Assert.IsType<Transition.Impossible>(SettingsReview.Move(null, "live", ben));
        Assert.IsType<Transition.Impossible>(SettingsReview.Move(waiting, "paused", ben));
    }

    static WorkspaceSettings Settings(string json) => WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(json)) switch
    {
        WorkspaceSettingsParse.Ok ok => ok.Settings,
        WorkspaceSettingsParse.Bad bad => throw new InvalidOperationException(string.Join("; ", bad.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static void Put(JsonNode root, string place, string value)
    {
        var parts = place.Split('/')[1..];
        var at = root;
        foreach (var part in parts[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : at[part]!;
        }

        if (at is JsonArray items)
        {
            var index = int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture);
            items.RemoveAt(index);
            if (value.Length > 0)
            {
                items.Insert(index, JsonNode.Parse(value));
            }
        }
        else if (value.Length == 0)
        {
            at.AsObject().Remove(parts[^1]);
        }
        else
        {
            at[parts[^1]] = JsonNode.Parse(value);
        }
    }
}
