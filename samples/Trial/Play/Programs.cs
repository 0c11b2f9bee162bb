using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial.Play;

/// <summary>
/// The programs of a trial, as the paper lays it out: a rules-based calendar for everybody; on top of it, for the treated half, one program of agents for
/// each feature; and cards in the app for everybody, of which a half of the treated half gets personal ones.
/// </summary>
public static class Programs
{
    /// <summary>The rules-based calendar.</summary>
    public const string Baseline = "trial-baseline";

    /// <summary>Cards in the app.</summary>
    public const string Cards = "trial-cards";

    const string Push = "push", InApp = "in_app";

    static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Id of a feature's program.</summary>
    public static string IdOf(Feature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return "trial-" + feature.Id;
    }

    /// <summary>Limits of the workspace: two push messages a day and a card a week, quiet nights. The calendar is never held back by agents: they look for its messages.</summary>
    public static JsonElement Workspace { get; } = JsonSerializer.SerializeToElement(new JsonObject
    {
        ["guardrails"] = new JsonObject
        {
            ["id"] = "grd_trial",
            ["quietHours"] = new JsonArray(new JsonObject { ["id"] = "grd_night", ["from"] = "23:00", ["to"] = "06:00", ["exceptChannels"] = Texts([InApp]) }),
            ["caps"] = new JsonArray(new JsonObject { ["id"] = "grd_push", ["channel"] = Push, ["count"] = 2, ["per"] = "localDay" }, new JsonObject { ["id"] = "grd_card", ["channel"] = InApp, ["count"] = 1, ["per"] = "rollingHours", ["hours"] = 168 }),
        },
    });

    /// <summary>Writes the program files into a folder.</summary>
    public static void Write(string folder, TrialPlan plan, TrialWorld world)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(world);
        Directory.CreateDirectory(folder);
        foreach (var program in (JsonObject[])[.. world.Features.Select(feature => Agents(plan, world, feature)), BaselineProgram(plan, world), CardsProgram(plan, world)])
        {
            File.WriteAllText(Path.Combine(folder, program["id"]!.GetValue<string>() + ".json"), program.ToJsonString(indented));
        }
    }

    static JsonObject Agents(TrialPlan plan, TrialWorld world, Feature feature) => new()
    {
        ["id"] = IdOf(feature),
        ["name"] = feature.Name,
        ["priority"] = 100,
        ["goal"] = Goal(feature),
        ["actionSets"] = new JsonArray(
            Set("frequency", "Speak or rest", "frequency", ["hold", "send"]), Set("tone", "Tone", "content", Labels.Tones), Set("offer", "Offer", "incentive", Labels.Offers),
            Set("slot", "Time of day", "slot", from day in (string[])["weekday", "weekend"] from part in Labels.Parts select $"{part}-{day}"),
            Set("gap", "Days between contacts", "gap", plan.Gaps.Select(days => days.ToString(System.Globalization.CultureInfo.InvariantCulture)))),
        ["messages"] = Messages(world, (tone, offer) => new Sent(SentKind.Agents, IndexOf(world, feature), tone, offer), Push),
        // One push a day, with the calendar's counted: agents step back behind it, never it behind them.
        ["guardrails"] = new JsonObject { ["id"] = "grd_" + feature.Id, ["caps"] = new JsonArray(new JsonObject { ["id"] = $"grd_{feature.Id}_day", ["channel"] = Push, ["count"] = 1, ["per"] = "localDay", ["counts"] = "all" }) },
        ["experiment"] = Experiment(plan, 50, 0, 50),
        ["learning"] = new JsonObject { ["posterior"] = plan.Posterior },
    };

    static JsonObject BaselineProgram(TrialPlan plan, TrialWorld world) => new()
    {
        ["id"] = Baseline,
        ["name"] = "Rules-based calendar",
        ["priority"] = 10,
        ["goal"] = Goal(world.Features[0], [.. world.Features.Select(feature => feature.Done)], [.. world.Features.Select(feature => feature.Viewed)]),
        ["actionSets"] = new JsonArray(Set("copy", "Copy", "content", world.Features.Select(feature => feature.Id))),
        ["messages"] = new JsonArray([.. world.Features.Select((feature, i) => Message(new Sent(SentKind.Rules, i, -1, -1).IdIn(world), Push, new JsonObject { ["copy"] = feature.Id }, feature.Name))]),
        ["experiment"] = Experiment(plan, 0, 100, 0),
        // The best hour for all of them, and one message after the other.
        ["rules"] = new JsonObject { ["hour"] = 11, ["everyDays"] = 7, ["messages"] = Texts(world.Features.Select((_, i) => new Sent(SentKind.Rules, i, -1, -1).IdIn(world))) },
    };

    static JsonObject CardsProgram(TrialPlan plan, TrialWorld world)
    {
        var account = world.Features[^1];
        Sent Card(int tone, int offer) => new(SentKind.Card, world.Features.Count - 1, tone, offer);
        return new JsonObject
        {
            ["id"] = Cards,
            ["name"] = "Cards in the app",
            ["priority"] = 20,
            ["trigger"] = Labels.Opened,
            ["goal"] = Goal(account),
            ["actionSets"] = new JsonArray(Set("tone", "Tone", "content", Labels.Tones), Set("offer", "Offer", "incentive", Labels.Offers)),
            ["messages"] = Messages(world, Card, InApp),
            ["experiment"] = Experiment(plan, 25, 75, 0),
            ["learning"] = new JsonObject { ["posterior"] = plan.Posterior },
            ["rules"] = new JsonObject { ["hour"] = 12, ["everyDays"] = 7, ["messages"] = Texts([Card(1, 2).IdIn(world)]) },
        };
    }

    static JsonArray Messages(TrialWorld world, Func<int, int, Sent> of, string channel) =>
        new([.. from tone in Enumerable.Range(0, Labels.Tones.Count)
                from offer in Enumerable.Range(0, Labels.Offers.Count)
                let sent = of(tone, offer)
                select Message(sent.IdIn(world), channel, new JsonObject { ["tone"] = Labels.Tones[tone], ["offer"] = Labels.Offers[offer] }, world.Features[sent.Feature].Name)]);

    static JsonObject Message(string id, string channel, JsonObject labels, string about) => new()
    {
        ["id"] = id,
        ["channel"] = channel,
        ["labels"] = labels,
        ["content"] = new JsonObject { ["title"] = about, ["body"] = "Have a look." },
    };

    static JsonObject Goal(Feature feature, string[]? events = null, string[]? intents = null) => new()
    {
        ["id"] = feature.Id,
        ["events"] = Texts(events ?? [feature.Done]),
        ["intentEvents"] = Texts(intents ?? [feature.Viewed]),
        ["windowHours"] = 48,
        ["halfLifeHours"] = 24,
        ["labelWindowHours"] = 72,
    };

    static JsonObject Experiment(TrialPlan plan, int agentic, int rules, int holdout) => new()
    {
        ["salt"] = $"trial-{plan.Seed}",
        ["agentic"] = agentic,
        ["rules"] = rules,
        ["holdout"] = holdout,
        ["startsAt"] = Text(TrialPlan.Start),
        ["endsAt"] = Text(plan.End),
    };

    static JsonObject Set(string id, string name, string dimension, IEnumerable<string> actions) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["dimension"] = dimension,
        ["actions"] = new JsonArray([.. actions.Select(action => new JsonObject { ["id"] = action })]),
    };

    static int IndexOf(TrialWorld world, Feature feature) => world.Features.Select((one, i) => (one, i)).First(pair => pair.one.Id == feature.Id).i;

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
