using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>Limits of written-down settings; what users said and how many there are is made up.</summary>
sealed class FakeGuardrails : IGuardrailAdmin
{
    static readonly Instant now = Instant.From(Some.T0);

    /// <summary>The settings, and their version.</summary>
    public (JsonElement Document, long Version) Settings { get; set; } = (JsonElement.Parse(WorkspaceSettingsJson.Write(new WorkspaceSettings
    {
        SensitiveAttributes = ["religion"],
        Attributes = ["country", "plan", "religion"],
        Audiences = [new NamedAudience("regulars", "Regular riders", new AudienceRule.Did("Ride Completed", 2, null, 30))],
    })), 4);

    /// <summary>Files that were sent, and whether they were to be taken down.</summary>
    public List<(string Csv, bool Apply)> Imports { get; } = [];

    public bool NobodySaidAnything { get; set; }

    WorkspaceSettings Parsed => ((WorkspaceSettingsParse.Ok)WorkspaceSettingsJson.Parse(JsonSerializer.SerializeToUtf8Bytes(Settings.Document))).Settings;

    /// <summary>The same settings with a budget for push, a third of it spent.</summary>
    public void WithBudget()
    {
        var settings = Parsed with { CostPerSend = Parsed.CostPerSend.Add("push", new Price(0.01m, "EUR")) };
        settings = settings with { Guardrails = settings.Guardrails with { Budgets = [new Budget("grd_budget", 150, "EUR", BudgetPeriod.Month, "push")] } };
        Settings = (JsonElement.Parse(WorkspaceSettingsJson.Write(settings)), Settings.Version);
        Spent["workspace/grd_budget/month/EUR"] = (50.37m, 0.02m);
    }

    public ValueTask<WorkspaceVersion> PutAsync(JsonElement document, long expected)
    {
        if (expected != Settings.Version)
        {
            throw new AgentConflictException(new AgentProblem(412, "stale_version", Detail: $"The settings are at version {Settings.Version}, not {expected}."));
        }

        Settings = (document.Clone(), expected + 1);
        return new(new WorkspaceVersion(Settings.Version, Settings.Document));
    }

    /// <summary>What was spent of a budget, in its period.</summary>
    public Dictionary<string, (decimal Spent, decimal UnderWay)> Spent { get; } = [];

    public ValueTask<BudgetsNow> BudgetsAsync(string? programId = null, CancellationToken ct = default)
    {
        var settings = Parsed;
        var items = BudgetStanding.Of(settings, [], now, slot => Spent.GetValueOrDefault(slot.Budget)).Select(one => new BudgetNow(
            one.Budget.Id, "workspace", null, one.Budget.Channel, one.Text, one.Budget.Amount, one.Budget.Currency, Budget.NameOf(one.Budget.Per), one.Span.Name,
            one.Span.To is null ? null : one.Span.From.ToDateTimeOffset(), one.Span.To?.ToDateTimeOffset(), one.Spent, one.UnderWay, one.Left, one.MessagesLeft));
        return new(new BudgetsNow([.. items], settings.TimeZone, Some.T0));
    }

    public ValueTask<WorkspaceVersion> MoveSettingsAsync(string to, string reason, long expectedVersion, CancellationToken ct = default) =>
        throw new AgentConflictException(new AgentProblem(409, "invalid_transition", Detail: "No change of the settings waits for approval."));

    public ValueTask<EffectiveGuardrails> EffectiveAsync(string? programId = null, string? userId = null, string? channel = null, CancellationToken ct = default)
    {
        var (rails, effective) = (Parsed.Guardrails, EffectiveLimits.Of(Parsed, null, channel));
        var zone = ZoneOf(userId);
        return new(new EffectiveGuardrails
        {
            Sentence = effective.Sentence,
            Limits = [.. effective.Limits.Select(one => new GuardrailLimit(one.Id, one.Code, one.Scope, one.Text, one.Binds))],
            Most = [.. effective.Most.Select(one => new MostMessages(one.Channel, one.PerDay, one.PerWeek))],
            Clashes = [.. effective.Clashes.Select(one => new GuardrailClash(one.Code, one.Ids, one.Detail))],
            Channel = channel ?? "push",
            TimeZone = zone,
            Calendar = Calendar(rails, channel ?? "push", zone),
            User = userId is null ? null : View(userId, channel ?? "push", Some.T0),
        });
    }

    public ValueTask<UserLimits> TestAsync(GuardrailTest test, CancellationToken ct = default) => new(View(test.UserId, test.Channel, test.At ?? Some.T0));

    public ValueTask<IReadOnlyList<Audience>> AudiencesAsync(CancellationToken ct = default) =>
        new([.. Parsed.Audiences.Select(one => new Audience(one.Id, one.Name, JsonElement.Parse(AudienceRuleParse.Write(one.Rule).ToJsonString()), AudienceText.Of(one.Rule), one.Id == "regulars" ? ["program prg_orders"] : []))]);

    public ValueTask<AudienceSize> EstimateAsync(string text, CancellationToken ct = default) => AudienceText.Parse(text) switch
    {
        AudienceRuleParse.Ok ok when AudienceChecks.Of(ok.Rule, "/rule", Parsed).FirstOrDefault() is { } refused => throw Refused(refused.Detail),
        AudienceRuleParse.Ok ok => new(Size(ok.Rule)),
        AudienceRuleParse.Bad bad => throw Refused(bad.Errors[0].Detail),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public ValueTask<AudienceSize> EstimateAsync(JsonElement rule, CancellationToken ct = default) => new(Size(((AudienceRuleParse.Ok)AudienceRuleParse.Of(rule, "")).Rule));

    public ValueTask<ConsentOverview> ConsentAsync(CancellationToken ct = default) => new(new ConsentOverview(
        [.. from channel in ProgramJson.Channels from purpose in new[] { "marketing", "service" } select Shares(channel, purpose)],
        [.. Enumerable.Range(0, 28).Select(i => new DenialsOfDay(DateOnly.FromDateTime(Some.T0.DateTime).AddDays(i - 27).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), NobodySaidAnything ? 0 : i * 7 % 5))],
        1_000, 48_120, Some.T0));

    public ValueTask<ConsentImport> ImportConsentAsync(string csv, bool apply, CancellationToken ct = default)
    {
        Imports.Add((csv, apply));
        var (rows, errors) = ConsentCsv.Read(csv, now);
        return new(new ConsentImport(rows.Count, rows.Count(row => row.Entry.Status == "granted"), rows.Count(row => row.Entry.Status == "denied"), apply, [.. errors.Select(one => new ConsentImportFault(one.Row, one.Column, one.Code, one.Detail))]));
    }

    static string ZoneOf(string? user) => user switch { "kiwi" => "Pacific/Auckland", "angel" => "America/Los_Angeles", _ => "Europe/Berlin" };

    static IReadOnlyList<GuardrailDay> Calendar(Guardrails rails, string channel, string zone) =>
        [.. WeekCalendar.Of([rails], channel, new UserZone(zone, "event", now, null), now).Select(day => new GuardrailDay(day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), [.. day.Hours.Select(hour => hour.ToString().ToLowerInvariant())]))];

    // One push was sent today.
    UserLimits View(string user, string channel, DateTimeOffset at)
    {
        var settings = Parsed;
        var state = AgentStep.Create("t", "u:" + user, "s") with
        {
            FirstSeen = now,
            Zone = new UserZone(ZoneOf(user), "event", now - TimeSpan.FromHours(3), null),
            Addresses = System.Collections.Immutable.ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("push", "t"),
            Sends = [new SentRecord(now - TimeSpan.FromHours(1), "push", "prg_orders", "m")],
        };
        var view = LimitsView.Write(state, new AgentRules(settings, [], "s"), null, channel, "marketing", Instant.From(at));
        return JsonSerializer.Deserialize<UserLimits>(view.ToJsonString(), JsonSerializerOptions.Web)!;
    }

    static AudienceSize Size(AudienceRule rule)
    {
        var matching = 40 + (AudienceText.Of(rule).Length * 7 % 500);
        var estimate = AudienceEstimate.Of(matching, 1_000, 48_120);
        return new AudienceSize
        {
            Text = AudienceText.Of(rule),
            Rule = JsonElement.Parse(AudienceRuleParse.Write(rule).ToJsonString()),
            Count = estimate.Count,
            Low = estimate.Low,
            High = estimate.High,
            Matching = matching,
            Sample = 1_000,
            Users = 48_120,
            At = Some.T0,
            Examples = ["ri••••2", "ri••••7", "ri••••9"],
        };
    }

    ConsentShares Shares(string channel, string purpose)
    {
        var granted = NobodySaidAnything ? 0 : (channel.Length * 83) % 600;
        var denied = NobodySaidAnything ? 0 : (channel.Length * 31) % 200;
        return new ConsentShares(channel, purpose, Share(granted), Share(denied), Share(1_000 - granted - denied), Share(700), Consent.Allows(channel, purpose, []));
    }

    static SampleShare Share(long count) => new(count, count / 1_000.0, Math.Max(0, (count / 1_000.0) - 0.03), Math.Min(1, (count / 1_000.0) + 0.03));

    static AgentValidationException Refused(string detail) => new(new AgentProblem(422, "invalid_rule", Detail: detail));
}
