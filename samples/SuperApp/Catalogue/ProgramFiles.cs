using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.SuperApp.World;

namespace Aampe.Agents.SuperApp.Catalogue;

/// <summary>
/// The program files of this app. A catalogue that has every combination of its labels is written by a loop, not by hand; with it the
/// probability of each message is exact.
/// </summary>
public static class ProgramFiles
{
    /// <summary>Program of orders: scheduled, over push, email, sms and whatsapp.</summary>
    public const string Orders = "superapp-orders";

    /// <summary>Program of the wallet account: a card when somebody opens the app.</summary>
    public const string Wallet = "superapp-wallet";

    static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly Dictionary<string, string> openings = new(StringComparer.Ordinal)
    {
        ["warm"] = "Lovely to have you, {{ user.firstName }}.",
        ["brief"] = "{{ user.firstName }}:",
        ["playful"] = "Psst, {{ user.firstName }}!",
    };

    static readonly Dictionary<string, string> subjects = new(StringComparer.Ordinal)
    {
        ["rides"] = "your next ride",
        ["food"] = "dinner tonight",
        ["grocery"] = "your groceries",
        ["wallet"] = "a wallet account",
    };

    static readonly Dictionary<string, string> offers = new(StringComparer.Ordinal)
    {
        ["discount"] = "10 % off {0} until midnight.",
        ["points"] = "Double points on {0} today.",
        ["news"] = "See what is new for {0}.",
    };

    /// <summary>File name and text of each program.</summary>
    public static IEnumerable<(string Name, string Text)> All() => [("orders.json", Text(OrdersProgram())), ("wallet.json", Text(WalletProgram()))];

    /// <summary>Index of a label in its list, from the id of a message: <c>food-warm-points-push</c>.</summary>
    public static Contact? ContactOf(string messageId, DateTimeOffset at, TimeZoneInfo zone)
    {
        var parts = messageId.Split('-');
        if (parts.Length != 4)
        {
            return null;
        }

        int[] found =
        [
            Array.IndexOf(Labels.Features, parts[0]), Array.IndexOf(Labels.Tones, parts[1]), Array.IndexOf(Labels.Offers, parts[2]), Array.IndexOf(Labels.Channels, parts[3]),
        ];
        return found.Contains(-1) ? null : new Contact(at, found[0], found[1], found[2], found[3], Labels.Part(TimeZoneInfo.ConvertTime(at, zone).Hour));
    }

    static JsonObject OrdersProgram()
    {
        var messages = new JsonArray();
        foreach (var feature in Labels.Features)
        {
            foreach (var tone in Labels.Tones)
            {
                foreach (var offer in Labels.Offers)
                {
                    foreach (var channel in Labels.Channels)
                    {
                        messages.Add(Message($"{feature}-{tone}-{offer}-{channel}", channel, new JsonObject { ["feature"] = feature, ["tone"] = tone, ["offer"] = offer }, feature, tone, offer));
                    }
                }
            }
        }

        return new JsonObject
        {
            ["id"] = Orders,
            ["name"] = "More rides, meals and groceries",
            ["goal"] = new JsonObject
            {
                ["id"] = "order",
                ["events"] = List(Labels.Funnels.Select(funnel => funnel[2])),
                ["intentEvents"] = List(Labels.Funnels.SelectMany(funnel => funnel[..2])),
                ["windowHours"] = 24,
                ["halfLifeHours"] = 12,
                ["labelWindowHours"] = 24,
                ["positiveEvents"] = List(Labels.Funnels.SelectMany(funnel => funnel[..2]).Append(Labels.Opened)),
            },
            ["actionSets"] = new JsonArray
            {
                Set("frequency", "Speak or rest", "frequency", ["hold", "send"]),
                Set("feature", "Feature", "content", Labels.Features),
                Set("tone", "Tone", "content", Labels.Tones),
                Set("offer", "Offer", "incentive", Labels.Offers),
                Set("channel", "Channel", "channel", Labels.Channels),
                Set("slot", "Time of day", "slot", from day in new[] { "weekday", "weekend" } from part in new[] { "morning", "midday", "afternoon", "evening" } select $"{part}-{day}"),
            },
            ["messages"] = messages,
            ["experiment"] = Experiment("superapp-orders-1"),
            ["learning"] = new JsonObject { ["posterior"] = "joint", ["success"] = "controlMedian", ["shortestWindowHours"] = 12 },
            ["rules"] = new JsonObject
            {
                ["hour"] = 10,
                ["everyDays"] = 2,
                ["messages"] = List(["rides-brief-news-push", "food-playful-points-email", "grocery-warm-discount-push", "food-brief-news-sms", "rides-playful-discount-push", "grocery-playful-news-email"]),
            },
            ["everyDays"] = 2,
        };
    }

    static JsonObject WalletProgram()
    {
        var messages = new JsonArray();
        foreach (var tone in Labels.Tones)
        {
            foreach (var offer in Labels.Offers)
            {
                messages.Add(Message($"wallet-{tone}-{offer}", "in_app", new JsonObject { ["tone"] = tone, ["offer"] = offer }, "wallet", tone, offer));
            }
        }

        foreach (var message in messages)
        {
            message!["eligibility"] = new JsonArray { new JsonObject { ["attribute"] = "wallet", ["not"] = true } };
        }

        return new JsonObject
        {
            ["id"] = Wallet,
            ["name"] = "Open a wallet account",
            ["priority"] = 200,
            ["scheduled"] = false,
            ["goal"] = new JsonObject
            {
                ["id"] = "wallet_account",
                ["events"] = List([Labels.WalletOpened]),
                ["intentEvents"] = List([Labels.WalletViewed]),
                ["windowHours"] = 24,
                ["halfLifeHours"] = 12,
                ["labelWindowHours"] = 24,
            },
            ["actionSets"] = new JsonArray { Set("tone", "Tone", "content", Labels.Tones), Set("offer", "Offer", "incentive", Labels.Offers) },
            ["messages"] = messages,
            ["guardrails"] = new JsonObject { ["id"] = "wallet_cards", ["caps"] = new JsonArray { new JsonObject { ["id"] = "wallet_fortnight", ["channel"] = "in_app", ["count"] = 1, ["per"] = "rollingHours", ["hours"] = 336 } } },
            ["experiment"] = Experiment("superapp-wallet-1"),
            ["learning"] = new JsonObject { ["sampleShare"] = 0.3, ["randomDays"] = 3 },
            ["rules"] = new JsonObject { ["hour"] = 12, ["everyDays"] = 14, ["messages"] = List(["wallet-brief-news"]) },
        };
    }

    static JsonObject Message(string id, string channel, JsonObject labels, string subject, string tone, string offer)
    {
        var body = $"{openings[tone]} {string.Format(System.Globalization.CultureInfo.InvariantCulture, offers[offer], subjects[subject])}";
        JsonObject content = channel switch
        {
            "email" => new JsonObject { ["subject"] = $"About {subjects[subject]}", ["text"] = body },
            "push" or "in_app" => new JsonObject { ["title"] = $"About {subjects[subject]}", ["body"] = body },
            _ => new JsonObject { ["body"] = body },
        };
        return new JsonObject
        {
            ["id"] = id,
            ["channel"] = channel,
            ["labels"] = labels,
            ["content"] = content,
            ["variables"] = new JsonArray { new JsonObject { ["name"] = "user.firstName", ["default"] = "friend", ["maxLength"] = 30 } },
        };
    }

    static JsonObject Set(string id, string name, string dimension, IEnumerable<string> actions) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["dimension"] = dimension,
        ["actions"] = new JsonArray([.. actions.Select(action => new JsonObject { ["id"] = action })]),
    };

    static JsonObject Experiment(string salt) => new() { ["salt"] = salt, ["agentic"] = 70, ["random"] = 10, ["rules"] = 10, ["holdout"] = 10 };

    static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    static string Text(JsonObject program) => new StringBuilder(program.ToJsonString(indented)).Append('\n').ToString();
}
