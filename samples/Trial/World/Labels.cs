namespace Aampe.Agents.Trial.World;

/// <summary>The labels of messages.</summary>
public static class Labels
{
    /// <summary>Tones.</summary>
    public static readonly IReadOnlyList<string> Tones = ["warm", "brief", "playful"];

    /// <summary>Offers.</summary>
    public static readonly IReadOnlyList<string> Offers = ["discount", "points", "news"];

    /// <summary>Parts of the day, in which messages come.</summary>
    public static readonly IReadOnlyList<string> Parts = ["morning", "midday", "afternoon", "evening"];

    /// <summary>The event of a visit that a user began.</summary>
    public const string Opened = "App Opened";

    /// <summary>The event of a visit that a message brought: cards do not answer it.</summary>
    public const string Followed = "App Opened From Message";

    /// <summary>Index of the part of the day of a local hour; the night belongs to the evening.</summary>
    public static int PartOf(int hour) => hour switch { >= 5 and < 11 => 0, >= 11 and < 14 => 1, >= 14 and < 18 => 2, _ => 3 };
}
