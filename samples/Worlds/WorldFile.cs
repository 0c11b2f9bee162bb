using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Worlds;

/// <summary>A world's file is wrong: every fault with its field, value and range.</summary>
public sealed class WorldException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One line a fault.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Reads worlds and says what is wrong with them.</summary>
public static class WorldFile
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Folder of the worlds that come with the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "worlds");

    /// <summary>Reads a world.</summary>
    /// <param name="path">A file.</param>
    /// <exception cref="WorldException">The file cannot be read, is no world, or holds values out of range.</exception>
    public static World Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new WorldException([$"{path}: {cause.Message}"]);
        }

        return Parse(text);
    }

    /// <summary>Reads a world of its text.</summary>
    /// <exception cref="WorldException">The text is no world, or holds values out of range.</exception>
    public static World Parse(string text)
    {
        World? world;
        try
        {
            world = JsonSerializer.Deserialize<World>(text, Options);
        }
        catch (JsonException cause)
        {
            throw new WorldException([$"{cause.Path ?? "$"}: {cause.Message}"]);
        }

        if (world is null)
        {
            throw new WorldException(["$: a world must be an object; was null"]);
        }

        var faults = Faults(world);
        return faults.Count == 0 ? world : throw new WorldException(faults);
    }

    static List<string> Faults(World world)
    {
        var faults = new List<string>();
        void Within(string field, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{field}: must be {least} to {most}; was {value}"));
            }
        }

        if (string.IsNullOrWhiteSpace(world.Name))
        {
            faults.Add("name: must not be empty");
        }

        Within("users", world.Users, 100, 2_000_000);
        Within("horizonDays", world.HorizonDays, 21, 120);
        Within("historyDays", world.HistoryDays, 7, 90);
        Within("controlShare", world.ControlShare, 0.02, 0.5);
        Within("effect.halfLifeHours", world.Effect.HalfLifeHours, 1, 48);
        Within("effect.loadHalfLifeDays", world.Effect.LoadHalfLifeDays, 0.5, 14);
        Within("noise.shock", world.Noise.Shock, 0, 1);
        Within("noise.dispersion", world.Noise.Dispersion, 1, 5);
        Within("spread.message", world.Spread.Message, 0.001, 2);
        Within("spread.action", world.Spread.Action, 0.001, 2);
        Within("spread.fatigue", world.Spread.Fatigue, 0, 1);
        Within("spread.hours", world.Spread.Hours, 1, 1000);
        Within("spread.funnel", world.Spread.Funnel, 1, 1000);
        Sets(world, faults, Within);
        if (world.Drift is { } drift)
        {
            Within("drift.halfLifeDays", drift.HalfLifeDays, 1, 1000);
            Within("drift.commonStep", drift.CommonStep, 0, 0.5);
        }

        if (world.Continuum is { } continuum)
        {
            Within("continuum.dimensions", continuum.Dimensions, 1, 2);
            Within("continuum.logRate", continuum.LogRate, 0, 2);
            Within("continuum.peakHours", continuum.PeakHours, 0, 6);
            Within("continuum.funnel", continuum.Funnel, 0, 2);
            Within("continuum.message", continuum.Message, 0, 2);
            Within("continuum.action", continuum.Action, 0, 2);
        }

        if (world.Generate is { } made)
        {
            Within("generate.count", made.Count, 1, 64);
            Within("generate.visitsPerDay.from", made.VisitsPerDay.From, 0.01, 20);
            Within("generate.visitsPerDay.to", made.VisitsPerDay.To, made.VisitsPerDay.From, 20);
            Within("generate.visitsShape", made.VisitsShape, 0.2, 100);
            Within("generate.message.mean", made.Message.Mean, -5, 5);
            Within("generate.message.deviation", made.Message.Deviation, 0, 2);
            Within("generate.action", made.Action, 0, 2);
            Within("generate.fatigue.mean", made.Fatigue.Mean, 0, 2);
            Within("generate.fatigue.deviation", made.Fatigue.Deviation, 0, 2);
        }
        else if (world.Types.IsDefaultOrEmpty)
        {
            faults.Add("types: needs at least one type, or generate must make some");
        }

        for (var k = 0; k < world.Types.Length; k++)
        {
            Type(world, world.Types[k], $"types[{k}]", faults, Within);
        }

        return faults;
    }

    static void Sets(World world, List<string> faults, Action<string, double, double, double> within)
    {
        within("sets (their number)", world.Sets.IsDefault ? 0 : world.Sets.Length, 1, 8);
        for (var s = 0; s < (world.Sets.IsDefault ? 0 : world.Sets.Length); s++)
        {
            var set = world.Sets[s];
            within($"sets[{s}].actions (their number)", set.Actions.IsDefault ? 0 : set.Actions.Length, 1, 12);
            if (!set.Actions.IsDefault && set.Actions.Distinct(StringComparer.Ordinal).Count() != set.Actions.Length)
            {
                faults.Add($"sets[{s}].actions: '{set.Id}' lists an action twice");
            }
        }

        if (!world.Sets.IsDefault && world.Sets.DistinctBy(set => set.Id).Count() != world.Sets.Length)
        {
            faults.Add("sets: two sets have the same id");
        }
    }

    static void Type(World world, WorldType type, string at, List<string> faults, Action<string, double, double, double> within)
    {
        within($"{at}.share", type.Share, 1e-6, 1e6);
        within($"{at}.visitsPerDay", type.VisitsPerDay, 0.01, 20);
        within($"{at}.visitsShape", type.VisitsShape, 0.2, 100);
        within($"{at}.peakHour", type.PeakHour, 0, 24);
        within($"{at}.hourSpread", type.HourSpread, 1, 12);
        within($"{at}.weekend", type.Weekend, 0.1, 10);
        within($"{at}.view", type.View, 0.01, 0.99);
        within($"{at}.cart", type.Cart, 0.01, 0.99);
        within($"{at}.goal", type.Goal, 0.01, 0.99);
        within($"{at}.message", type.Message, -5, 5);
        within($"{at}.fatigue", type.Fatigue, 0, 2);
        foreach (var (action, value) in type.Actions)
        {
            within($"{at}.actions['{action}']", value, -5, 5);
            if (!world.Sets.IsDefault && !world.Sets.Any(set => set.Actions.Any(one => $"{set.Id}/{one}" == action)))
            {
                faults.Add($"{at}.actions['{action}']: no set has this action; write it as set/action");
            }
        }
    }
}
