using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Order of the coefficients of a joint model: the actions of all sets in one row.</summary>
public sealed class JointLayout
{
    readonly Dictionary<(string Set, string Action), int> places = [];

    /// <summary>Makes the order: sets and actions as given.</summary>
    /// <exception cref="ArgumentException">A set or an action is listed twice.</exception>
    public JointLayout(IEnumerable<(string Set, ImmutableArray<string> Actions)> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        Sets = [.. sets];
        foreach (var (set, actions) in Sets)
        {
            foreach (var action in actions)
            {
                if (!places.TryAdd((set, action), places.Count))
                {
                    throw new ArgumentException($"Action '{action}' of set '{set}' is listed twice.", nameof(sets));
                }
            }
        }
    }

    /// <summary>Sets with their actions.</summary>
    public ImmutableArray<(string Set, ImmutableArray<string> Actions)> Sets { get; }

    /// <summary>d = Σ|set|.</summary>
    public int Dimension => places.Count;

    /// <summary>Place of an action's coefficient.</summary>
    /// <exception cref="KeyNotFoundException">The set has no such action.</exception>
    public int PlaceOf(string set, string action) =>
        places.TryGetValue((set, action), out var place) ? place : throw new KeyNotFoundException($"Set '{set}' has no action '{action}' in this layout.");

    /// <summary>φ: 1 at the action of each set, else 0.</summary>
    /// <exception cref="ArgumentException">The vector does not name exactly one action for each set.</exception>
    public double[] Row(IReadOnlyDictionary<string, string> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var row = new double[Dimension];
        foreach (var (set, _) in Sets)
        {
            if (!actions.TryGetValue(set, out var action))
            {
                throw new ArgumentException($"Set '{set}' has no action.", nameof(actions));
            }

            row[PlaceOf(set, action)] = 1;
        }

        return row;
    }
}
