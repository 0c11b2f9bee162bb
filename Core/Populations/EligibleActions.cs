using System.Collections.Immutable;
using System.Numerics;

namespace Aampe.Agents.Core.Populations;

/// <summary>What a joint decision may choose from: actions of each set that no guardrail masks, and whether a message may go out at all.</summary>
/// <remarks>docs/method.md §10a. A set without an eligible action leaves no message: then only holding is possible.</remarks>
public sealed class EligibleActions
{
    /// <summary>Most actions of a set: a mask has a bit for each.</summary>
    public const int MostActions = 64;

    readonly ulong[] masks;

    EligibleActions(ulong[] masks, bool maySend)
    {
        this.masks = masks;
        MaySend = maySend && !Array.Exists(masks, mask => mask == 0);
    }

    /// <summary>Number of sets.</summary>
    public int Sets => masks.Length;

    /// <summary>Whether a message may go out; holding is always possible.</summary>
    public bool MaySend { get; }

    /// <summary>Every action of every set.</summary>
    public static EligibleActions All(EffectLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new([.. layout.Sets.Select(All)], true);
    }

    /// <summary>The actions whose bits are set.</summary>
    /// <param name="layout">Sets and their actions.</param>
    /// <param name="masks">A mask a set: bit a stands for action a.</param>
    /// <exception cref="ArgumentException">The number of masks is not that of the sets, or a bit stands for no action.</exception>
    public static EligibleActions Of(EffectLayout layout, ImmutableArray<ulong> masks)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (masks.IsDefault || masks.Length != layout.Sets.Length)
        {
            throw new ArgumentException($"{layout.Sets.Length} sets need as many masks; there are {(masks.IsDefault ? 0 : masks.Length)}.", nameof(masks));
        }

        for (var s = 0; s < masks.Length; s++)
        {
            if ((masks[s] & ~All(layout.Sets[s])) != 0)
            {
                throw new ArgumentException($"Set {s} has {layout.Sets[s]} actions; its mask 0x{masks[s]:x} names others.", nameof(masks));
            }
        }

        return new([.. masks], true);
    }

    /// <summary>The same actions, but nothing may be sent: a cap, quiet hours, no consent.</summary>
    public EligibleActions Held() => new(masks, false);

    /// <summary>Number of eligible actions of a set.</summary>
    public int CountOf(int set) => BitOperations.PopCount(masks[set]);

    /// <summary>Whether an action is eligible.</summary>
    public bool Has(int set, int action) => action is >= 0 and < MostActions && (masks[set] >> action & 1) != 0;

    /// <summary>The eligible actions of a set as bits.</summary>
    public ulong MaskOf(int set) => masks[set];

    /// <summary>The n-th eligible action of a set, counted from 0.</summary>
    internal byte Nth(int set, int n)
    {
        var left = masks[set];
        for (; n > 0; n--)
        {
            left &= left - 1;
        }

        return (byte)BitOperations.TrailingZeroCount(left);
    }

    static ulong All(int actions) => Require.Between(actions, 1, MostActions) == MostActions ? ulong.MaxValue : (1UL << actions) - 1;
}
