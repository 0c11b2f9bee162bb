using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.WorldsApp;

/// <summary>The program file of a world: its sets, every combination of their actions as a message, and one message a day at most.</summary>
public static class WorldProgram
{
    /// <summary>Id of the program.</summary>
    public const string Id = "world";

    /// <summary>The one channel.</summary>
    public const string Channel = "push";

    /// <summary>Most messages of a program.</summary>
    public const int MostMessages = 10_000;

    /// <summary>Names of events, shallow to deep.</summary>
    public static readonly IReadOnlyList<string> Funnel = ["App Opened", "Product Viewed", "Cart Filled", "Order Placed"];

    /// <summary>The program.</summary>
    /// <exception cref="ArgumentException">The world has more messages than a program may hold.</exception>
    public static JsonElement Of(WorldPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var world = plan.World;
        var count = world.Sets.Aggregate(1L, (product, set) => product * set.Actions.Length);
        if (count > MostMessages)
        {
            throw new ArgumentException($"sets: a program holds at most {MostMessages} messages; '{world.Name}' has {count} combinations.", nameof(plan));
        }

        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["id"] = Id,
            ["name"] = $"World {world.Name}",
            ["goal"] = new JsonObject
            {
                ["id"] = "order",
                ["events"] = Texts([Funnel[^1]]),
                ["windowHours"] = 24,
                ["halfLifeHours"] = 12,
                ["labelWindowHours"] = 24,
                ["funnel"] = Texts(Funnel),
            },
            ["actionSets"] = new JsonArray([Set("frequency", "frequency", ["hold", "send"]), .. world.Sets.Select(set => Set(set.Id, "content", set.Actions))]),
            ["messages"] = new JsonArray([.. Enumerable.Range(0, (int)count).Select(index => Message(world, index))]),
            ["experiment"] = new JsonObject { ["salt"] = $"{world.Name}-{plan.Seed}", ["agentic"] = 90, ["holdout"] = 10 },
            ["learning"] = Learning(plan),
        });
    }

    /// <summary>Settings of the workspace: nothing but the program's own rhythm holds messages back.</summary>
    public static JsonElement Workspace { get; } = JsonSerializer.SerializeToElement(new JsonObject
    {
        ["guardrails"] = new JsonObject
        {
            ["id"] = "grd_world",
            ["caps"] = new JsonArray(new JsonObject { ["id"] = "grd_day", ["count"] = 1, ["per"] = "localDay" }),
        },
    });

    /// <summary>Actions of a message, from its id.</summary>
    public static byte[] ActionsOf(World world, string messageId)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(messageId);
        return Actions(world, int.Parse(messageId.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
    }

    // The last set turns fastest, as digits do.
    static byte[] Actions(World world, int index)
    {
        var actions = new byte[world.Sets.Length];
        for (var s = actions.Length - 1; s >= 0; s--)
        {
            (index, var action) = Math.DivRem(index, world.Sets[s].Actions.Length);
            actions[s] = (byte)action;
        }

        return actions;
    }

    static JsonObject Message(World world, int index)
    {
        var actions = Actions(world, index);
        var labels = new JsonObject();
        for (var s = 0; s < actions.Length; s++)
        {
            labels[world.Sets[s].Id] = world.Sets[s].Actions[actions[s]];
        }

        return new JsonObject
        {
            ["id"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"m{index}"),
            ["channel"] = Channel,
            ["labels"] = labels,
            ["content"] = new JsonObject { ["title"] = "A word from the shop", ["body"] = "Have a look." },
        };
    }

    static JsonObject Learning(WorldPlan plan)
    {
        var learning = new JsonObject { ["posterior"] = plan.Posterior };
        if (plan.Adaptive)
        {
            learning["adaptive"] = true;
            return learning;
        }

        learning["randomDays"] = plan.RandomDays;
        learning["sampleShare"] = plan.SampleShare;
        if (plan.Posterior == "joint")
        {
            learning["adaptive"] = false;
        }

        return learning;
    }

    static JsonObject Set(string id, string dimension, IEnumerable<string> actions) => new()
    {
        ["id"] = id,
        ["name"] = id,
        ["dimension"] = dimension,
        ["actions"] = new JsonArray([.. actions.Select(action => new JsonObject { ["id"] = action })]),
    };

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
