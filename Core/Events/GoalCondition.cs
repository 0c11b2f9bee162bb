namespace Aampe.Agents.Core.Events;

/// <summary>
/// A condition under which an event of a type is a goal ("an order of 50 or more"): such events become a type of their own before anything is counted, so
/// label, weight, floor and direction follow from the rules for types alone (docs/method.md §1).
/// </summary>
/// <param name="Type">Type whose events are looked at.</param>
/// <param name="Goal">Type that an event gets where the condition holds; it goes into the set of goals, <paramref name="Type"/> does not.</param>
/// <param name="Holds">The condition; a pure function of the event.</param>
public sealed record GoalCondition(string Type, string Goal, Func<UserEvent, bool> Holds)
{
    /// <summary>Type that an event gets where the condition holds.</summary>
    public string Goal { get; init; } = Goal != Type
        ? Goal
        : throw new ArgumentException($"A conditional goal needs a type of its own; \"{Goal}\" is the type of the events themselves.", nameof(Goal));

    /// <summary>An event is of value ≥ <paramref name="least"/>; one without a value is not.</summary>
    /// <param name="type">Type whose events are looked at.</param>
    /// <param name="goal">Type that such events get.</param>
    /// <param name="least">Least value; finite.</param>
    public static GoalCondition AtLeast(string type, string goal, double least)
    {
        Require.Finite(least);
        return new(type, goal, e => e.Value >= least);
    }

    /// <summary>The events in their order, those that meet a condition under its goal's type. The first condition that holds counts.</summary>
    public static UserEvent[] Apply(ReadOnlySpan<UserEvent> events, ReadOnlySpan<GoalCondition> conditions)
    {
        var marked = events.ToArray();
        for (var i = 0; i < marked.Length; i++)
        {
            foreach (var condition in conditions)
            {
                if (marked[i].Type == condition.Type && condition.Holds(marked[i]))
                {
                    marked[i] = marked[i] with { Type = condition.Goal };
                    break;
                }
            }
        }

        return marked;
    }
}
