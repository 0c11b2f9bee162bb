using System.Collections.Immutable;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Worlds;

/// <summary>Counts of the days before the first message, as events tell them.</summary>
public sealed class UserHistory(int users, int days)
{
    /// <summary>Groups of the counts: hours, weekend, and the steps of the funnel.</summary>
    public static BehaviourShape Shape { get; } = new(
    [
        new BehaviourGroup("hour of the day", Population.HourCells, Circular: true),
        new BehaviourGroup("weekend", 2),
        new BehaviourGroup("views after a visit", 2),
        new BehaviourGroup("carts after a view", 2),
        new BehaviourGroup("goals after a cart", 2),
    ]);

    /// <summary>Cells that lead from a visit to a goal.</summary>
    public static ImmutableArray<int> GoalPath { get; } = [Population.HourCells + 2, Population.HourCells + 4, Population.HourCells + 6];

    readonly int[] counts = new int[users * Shape.Cells];
    readonly byte[] visits = new byte[users * days];

    /// <summary>Days of history.</summary>
    public int Days => days;

    /// <summary>All cells of a user.</summary>
    public Span<int> CountsOf(int user) => counts.AsSpan(user * Shape.Cells, Shape.Cells);

    /// <summary>Visits of a day.</summary>
    public int VisitsOn(int user, int day) => visits[user * days + day];

    /// <summary>Visits of all days.</summary>
    public int Total(int user)
    {
        var own = CountsOf(user);
        return own[Population.HourCells] + own[Population.HourCells + 1];
    }

    internal void Add(int user, List<Visit> past)
    {
        var own = CountsOf(user);
        foreach (var visit in past)
        {
            ref var today = ref visits[user * days + visit.Day];
            today = (byte)Math.Min(255, today + 1);
            own[visit.Cell]++;
            own[Population.HourCells + (Population.IsWeekend(visit.Day) ? 0 : 1)]++;
            for (var step = 0; step < Visit.Goal && step <= visit.Depth; step++)
            {
                own[Population.HourCells + 2 + 2 * step + (visit.Depth > step ? 0 : 1)]++;
            }
        }
    }
}
