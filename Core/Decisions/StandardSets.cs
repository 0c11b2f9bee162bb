using System.Collections.Immutable;

namespace Aampe.Agents.Core.Decisions;

/// <summary>Names and actions of the sets whose meaning the method fixes.</summary>
/// <remarks>docs/method.md §10; the slots are in <see cref="Slot"/>.</remarks>
public static class StandardSets
{
    /// <summary>Name of the set that is drawn first at each tick.</summary>
    public const string Frequency = "frequency";

    /// <summary>Action of <see cref="Frequency"/>: contact the user.</summary>
    public const string Send = "send";

    /// <summary>Action of <see cref="Frequency"/>: leave the user alone; an ordinary arm with its own effect.</summary>
    public const string Hold = "hold";

    /// <summary>Name of the optional set of days to the next contact.</summary>
    public const string Gap = "gap";

    /// <summary>Name of the optional set of minutes after a trigger.</summary>
    public const string TriggerDelay = "trigger-delay";

    /// <summary>Days of <see cref="Gap"/>.</summary>
    public static ImmutableArray<int> GapDays { get; } = [1, 2, 3, 5, 7];

    /// <summary>Minutes of <see cref="TriggerDelay"/>.</summary>
    public static ImmutableArray<int> TriggerDelayMinutes { get; } = [0, 15, 60, 240];
}
