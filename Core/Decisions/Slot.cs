namespace Aampe.Agents.Core.Decisions;

/// <summary>The set "slot": local daypart × kind of day, "morning-weekday" … "evening-weekend".</summary>
/// <remarks>docs/method.md §10. Half-open hours: morning 6–11, midday 11–15, afternoon 15–19, evening 19–23; the night belongs to no slot.</remarks>
public static class Slot
{
    /// <summary>Name of the set.</summary>
    public const string SetId = "slot";

    static readonly (string Name, int From, int To)[] dayparts = [("morning", 6, 11), ("midday", 11, 15), ("afternoon", 15, 19), ("evening", 19, 23)];

    /// <summary>The eight slots, weekdays first, in the order of the day.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. from day in new[] { "weekday", "weekend" } from part in dayparts select $"{part.Name}-{day}"];

    /// <summary>The slot in which a local time lies; the empty string at night (23–6).</summary>
    /// <param name="local">Wall clock of the user.</param>
    public static string SlotAt(DateTime local)
    {
        foreach (var (name, from, to) in dayparts)
        {
            if (local.Hour >= from && local.Hour < to)
            {
                return $"{name}-{DayKind(local.DayOfWeek)}";
            }
        }

        return "";
    }

    /// <summary>First hour and hour of the end (excluded) of a slot.</summary>
    /// <exception cref="ArgumentException">Not one of <see cref="All"/>.</exception>
    public static (int FromHour, int ToHour) Hours(string slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        foreach (var (name, from, to) in dayparts)
        {
            if (slot == $"{name}-weekday" || slot == $"{name}-weekend")
            {
                return (from, to);
            }
        }

        throw new ArgumentException($"Slot '{slot}' is not one of {string.Join(", ", All)}.", nameof(slot));
    }

    /// <summary>Whether a slot lies on Saturdays and Sundays.</summary>
    /// <exception cref="ArgumentException">Not one of <see cref="All"/>.</exception>
    public static bool IsWeekend(string slot)
    {
        _ = Hours(slot);
        return slot.EndsWith("-weekend", StringComparison.Ordinal);
    }

    static string DayKind(DayOfWeek day) => day is DayOfWeek.Saturday or DayOfWeek.Sunday ? "weekend" : "weekday";
}
