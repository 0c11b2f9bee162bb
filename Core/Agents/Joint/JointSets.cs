using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// The sets of a program as coefficients of the joint model: sets that messages carry, then the set of dayparts. Retired actions keep their place, so
/// that what was learnt of them stays.
/// </summary>
public sealed class JointSets
{
    readonly Dictionary<string, byte[]> messages = new(StringComparer.Ordinal);
    readonly double[][][] rows;
    readonly byte[] catalogue;
    readonly ImmutableArray<ulong> masks;

    /// <summary>Lays a program's sets out.</summary>
    public JointSets(ProgramDefinition program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Sets = [.. program.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel), .. program.Sets.Where(set => set.Dimension == Dimension.Slot)];
        Layout = new EffectLayout([.. Sets.Select(set => set.Actions.Length)]);
        Order = [.. Sets.Select(set => new JointSetOrder(set.Id, [.. set.Actions.Select(action => action.Id)]))];
        rows = [.. Sets.Select((set, s) => set.Actions.Select((_, a) => Layout.ActionRow(s, a)).ToArray())];
        KeptADay = Sets.IsEmpty || Sets.Any(set => set.ForgettingHalfLife is null) ? 1 : Math.Pow(2, -1 / Sets.Max(set => set.ForgettingHalfLife!.Value).TotalDays);
        Key = StableHash.Of([.. Sets.SelectMany(set => set.Actions.Select(action => $"{set.Id}/{action.Id}"))]);
        foreach (var message in program.Messages)
        {
            messages.Add(message.Id, [.. Sets.Select(set => set.Dimension == Dimension.Slot ? EffectLayout.Unknown : IndexOf(set, set.Dimension == Dimension.Channel ? message.Channel : message.Labels[set.Id]))]);
        }

        catalogue = [.. program.Messages.SelectMany(message => messages[message.Id])];
        var all = new ulong[Sets.Length];
        foreach (var known in messages.Values)
        {
            Mark(known, all);
        }

        masks = [.. all];
    }

    /// <summary>The sets in the order of the coefficients.</summary>
    public ImmutableArray<ActionSet> Sets { get; }

    /// <summary>The coefficients.</summary>
    public EffectLayout Layout { get; }

    /// <summary>What is kept a day of all that an agent knows, by the longest half-life of the sets: their coefficients share one statistic. 1 = nothing is forgotten.</summary>
    public double KeptADay { get; }

    /// <summary>Hash of all sets and actions in order: statistics of another layout are another thing.</summary>
    public ulong Key { get; }

    /// <summary>Actions of a message that is sent at a moment; <see cref="EffectLayout.Unknown"/> where the catalogue no longer knows it.</summary>
    /// <param name="message">Message id.</param>
    /// <param name="at">When it is sent.</param>
    /// <param name="zone">Zone of the user's dayparts.</param>
    public byte[] ActionsOf(string message, Instant at, string zone)
    {
        var actions = ActionsOf(message);
        if (Sets is [.., { Dimension: Dimension.Slot } slot])
        {
            actions[^1] = IndexOf(slot, Slot.SlotAt(LocalTime.Of(at, zone)));
        }

        return actions;
    }

    /// <summary>Actions that a message carries whenever it is sent.</summary>
    public byte[] ActionsOf(string message) => messages.TryGetValue(message, out var known) ? [.. known] : [.. Sets.Select(_ => EffectLayout.Unknown)];

    /// <summary>Actions that a message carries, as <see cref="ActionsOf(string)"/> gives them, without a copy; null for one that the catalogue does not know.</summary>
    byte[]? Known(string message) => messages.GetValueOrDefault(message);

    /// <summary>Masks of the actions that some messages carry, a set each.</summary>
    /// <param name="eligible">Ids, each once; of the whole catalogue the answer is ready.</param>
    internal ImmutableArray<ulong> MasksOf(ImmutableArray<string> eligible)
    {
        if (eligible.Length == messages.Count)
        {
            return masks;
        }

        var some = new ulong[Sets.Length];
        foreach (var message in eligible)
        {
            Mark(Known(message), some);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(some);
    }

    /// <summary>Actions of messages, one row after the other.</summary>
    /// <param name="eligible">Ids in the order of the catalogue, each once; of the whole catalogue the answer is ready.</param>
    internal byte[] RowsOf(ImmutableArray<string> eligible)
    {
        if (eligible.Length == messages.Count)
        {
            return catalogue;
        }

        var some = new byte[eligible.Length * Sets.Length];
        for (var m = 0; m < eligible.Length; m++)
        {
            Known(eligible[m])!.CopyTo(some, m * Sets.Length);
        }

        return some;
    }

    static void Mark(byte[]? known, Span<ulong> masks)
    {
        for (var s = 0; s < masks.Length; s++)
        {
            // A daypart is not chosen with the message.
            masks[s] |= known is null || known[s] == EffectLayout.Unknown ? 1 : 1UL << known[s];
        }
    }

    /// <summary>Place of a set among the coefficients' sets.</summary>
    internal int PlaceOf(string set)
    {
        for (var s = 0; s < Sets.Length; s++)
        {
            if (Sets[s].Id == set)
            {
                return s;
            }
        }

        throw new ArgumentException($"The joint model has no set \"{set}\".", nameof(set));
    }

    /// <summary>The sets as inputs of a draw name them.</summary>
    internal ImmutableArray<JointSetOrder> Order { get; }

    /// <summary>Rows of all actions alone (<see cref="EffectLayout.ActionRow"/>), by set.</summary>
    internal double[] RowOf(int set, int action) => rows[set][action];

    /// <summary>Place of an action in its set, or <see cref="EffectLayout.Unknown"/>.</summary>
    public static byte IndexOf(ActionSet set, string action)
    {
        ArgumentNullException.ThrowIfNull(set);
        for (var i = 0; i < set.Actions.Length; i++)
        {
            if (set.Actions[i].Id == action)
            {
                return (byte)i;
            }
        }

        return EffectLayout.Unknown;
    }
}
