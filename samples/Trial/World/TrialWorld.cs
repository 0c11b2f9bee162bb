using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Trial.World;

/// <summary>
/// The population of a trial and what messages do to it, as a file that anybody can replace. docs/trial.md says of each number whether the paper gives it
/// or we chose it.
/// </summary>
public sealed record TrialWorld
{
    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>Name, as <c>--world</c> takes it.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public required string About { get; init; }

    /// <summary>Visits of a user and day, mean over users; 0.01 to 10.</summary>
    public required double VisitsADay { get; init; }

    /// <summary>Standard deviation of ln visits between users: how sparse most users are.</summary>
    public required double VisitSpread { get; init; }

    /// <summary>Standard deviation of ln interest in a feature between users.</summary>
    public required double InterestSpread { get; init; }

    /// <summary>Factor of a message whose tone (offer, time of day) is the user's own.</summary>
    public required double Fits { get; init; }

    /// <summary>Factor of one whose tone (offer, time of day) is another's.</summary>
    public required double Misfits { get; init; }

    /// <summary>Messages of the agents within a week after which the next one's pull is halved.</summary>
    public required double TiresAfter { get; init; }

    /// <summary>Chance that a message annoys, for each one of the week before: no look at any feature for a day.</summary>
    public required double Annoys { get; init; }

    /// <summary>Pull of a rules-based message, as a share of an average one of the agents'.</summary>
    public required double RulesPull { get; init; }

    /// <summary>Pull of an in-app card about the last feature, as a share of a message's.</summary>
    public required double CardPull { get; init; }

    /// <summary>Factor on every pull: 1 as it is; 0 = messages do nothing, neither good nor bad.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Share of users who can get push messages.</summary>
    public required double Reachable { get; init; }

    /// <summary>IANA zones of the markets, equally many users each.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Features, four in the paper; the last one is an account.</summary>
    public required IReadOnlyList<Feature> Features { get; init; }

    /// <summary>Reads a world: a file, or the name of one that comes with the trial.</summary>
    /// <exception cref="InvalidDataException">There is no such world, or a field is wrong.</exception>
    public static TrialWorld Read(string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFile);
        var folder = Path.Combine(AppContext.BaseDirectory, "populations");
        var file = File.Exists(nameOrFile) ? nameOrFile : Path.Combine(folder, nameOrFile + ".json");
        if (!File.Exists(file))
        {
            var known = string.Join(", ", Directory.EnumerateFiles(folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
            throw new InvalidDataException($"--world: there is no file '{nameOrFile}', and no such world comes with the trial; known: {known}.");
        }

        try
        {
            var world = JsonSerializer.Deserialize<TrialWorld>(File.ReadAllText(file), options) ?? throw new InvalidDataException($"{file} is empty.");
            return world.Fault is { } fault ? throw new InvalidDataException($"{file}: {fault}") : world;
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{file}: {broken.Message}", broken);
        }
    }

    /// <summary>What is wrong with it; null = nothing.</summary>
    public string? Fault =>
        Outside(nameof(VisitsADay), VisitsADay, 0.01, 10) ?? Outside(nameof(VisitSpread), VisitSpread, 0, 3) ?? Outside(nameof(InterestSpread), InterestSpread, 0, 3)
        ?? Outside(nameof(Fits), Fits, 0, 10) ?? Outside(nameof(Misfits), Misfits, 0, 10) ?? Outside(nameof(TiresAfter), TiresAfter, 0.1, 1000) ?? Outside(nameof(Annoys), Annoys, 0, 1)
        ?? Outside(nameof(RulesPull), RulesPull, 0, 10) ?? Outside(nameof(CardPull), CardPull, 0, 10) ?? Outside(nameof(Strength), Strength, 0, 10) ?? Outside(nameof(Reachable), Reachable, 0, 1)
        ?? (Features.Count is < 1 or > 8 ? $"features: 1 to 8 of them; there are {Features.Count}." : null)
        ?? (Features.Select(feature => feature.Id).Distinct(StringComparer.Ordinal).Count() < Features.Count ? "features: two have the same id." : null)
        ?? (Features[^1].Account ? null : "features: the last one must be an account, which the cards are about.")
        ?? Features.Select(FaultOf).FirstOrDefault(fault => fault is not null)
        ?? (Zones.Count == 0 ? "zones: at least one." : Zones.Where(zone => !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)).Select(zone => $"zones: '{zone}' is no IANA zone.").FirstOrDefault());

    static string? FaultOf(Feature feature) =>
        feature.Id.Length is < 1 or > 20 || !feature.Id.All(char.IsAsciiLetterLower) ? $"features: id must be 1 to 20 small letters; it is '{feature.Id}'."
        : Outside($"features/{feature.Id}/view", feature.View, 0, 1) ?? Outside($"features/{feature.Id}/do", feature.Do, 0, 1) ?? Outside($"features/{feature.Id}/pull", feature.Pull, 0, 1)
        ?? Outside($"features/{feature.Id}/pulledDo", feature.PulledDo, 0, 1) ?? Outside($"features/{feature.Id}/pulledValue", feature.PulledValue, 0, 100) ?? Outside($"features/{feature.Id}/medianValue", feature.MedianValue, 0, 100_000) ?? Outside($"features/{feature.Id}/valueSpread", feature.ValueSpread, 0, 3);

    static string? Outside(string field, double value, double low, double high) =>
        value >= low && value <= high ? null : $"{char.ToLowerInvariant(field[0])}{field[1..]}: must be {low} to {high}; it is {value}.";
}
