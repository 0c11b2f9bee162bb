using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>The catalogue of a program with its actions as places in their sets: what every decision asks of every message, found out once.</summary>
internal sealed class CatalogueTable
{
    /// <summary>Stands for an action that can no longer be drawn.</summary>
    const byte Gone = byte.MaxValue;

    readonly ImmutableArray<ActionSet> sets;
    readonly byte[] places;
    readonly bool[] drawable;
    readonly int[] gates;

    /// <summary>Lays a catalogue out.</summary>
    /// <param name="messages">The catalogue.</param>
    /// <param name="sets">Sets whose actions messages carry.</param>
    public CatalogueTable(ImmutableArray<Message> messages, ImmutableArray<ActionSet> sets)
    {
        this.sets = sets;
        places = new byte[messages.Length * sets.Length];
        drawable = new bool[messages.Length];
        gates = new int[messages.Length];
        var known = new Dictionary<(string Channel, string Category, Price? Cost), int>();
        for (var m = 0; m < messages.Length; m++)
        {
            drawable[m] = true;
            var gate = (messages[m].Channel, messages[m].Category, messages[m].CostPerSend);
            known.TryAdd(gate, known.Count);
            gates[m] = known[gate];
            for (var s = 0; s < sets.Length; s++)
            {
                var label = sets[s].Dimension == Dimension.Channel ? messages[m].Channel : messages[m].Labels[sets[s].Id];
                var place = PlaceOf(sets[s], label);
                places[m * sets.Length + s] = place;
                drawable[m] &= place != Gone;
            }
        }

        Gates = known.Count;
    }

    /// <summary>Whether all actions of a message can be drawn: in a set with retired actions a message that carries one cannot.</summary>
    public bool IsDrawable(int message) => drawable[message];

    /// <summary>How many different channels, categories and costs come together.</summary>
    public int Gates { get; }

    /// <summary>Number of a message's channel, category and cost: guardrails say the same of all messages that share it.</summary>
    public int GateOf(int message) => gates[message];

    /// <summary>Actions of a set that any of some messages carries, in the order of the set.</summary>
    public List<string> Carried(int set, ReadOnlySpan<int> messages)
    {
        Span<bool> carried = stackalloc bool[byte.MaxValue + 1];
        carried.Clear();
        foreach (var message in messages)
        {
            carried[places[message * sets.Length + set]] = true;
        }

        var actions = new List<string>(sets[set].Actions.Length);
        for (var a = 0; a < sets[set].Actions.Length; a++)
        {
            if (carried[a])
            {
                actions.Add(sets[set].Actions[a].Id);
            }
        }

        return actions;
    }

    static byte PlaceOf(ActionSet set, string action)
    {
        for (var a = 0; a < set.Actions.Length; a++)
        {
            if (set.Actions[a].Id == action && !set.Actions[a].Retired)
            {
                return (byte)a;
            }
        }

        return Gone;
    }
}
