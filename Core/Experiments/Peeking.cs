namespace Aampe.Agents.Core.Experiments;

/// <summary>
/// Intervals for whoever looks before the end: all of a plan's looks together hold the truth with the level's chance, however days depend on each other and
/// whoever stops whenever they please.
/// </summary>
/// <remarks>Bonferroni over the looks of the plan; docs/method/3-experiments-off-policy.md, looks before the end.</remarks>
public static class Peeking
{
    /// <summary>Time between two looks that are told apart: findings are folded so often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>K: looks from a plan's start to its end and grace.</summary>
    public static int Looks(Horizon plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Math.Max(1, (int)Math.Ceiling((plan.End - plan.Start + plan.Grace) / Every));
    }

    /// <summary>Level of each look, 1 − α/K.</summary>
    /// <param name="level">Level of all looks together, 1 − α.</param>
    /// <param name="looks">K; ≥ 1.</param>
    public static ConfidenceLevel EachLook(ConfidenceLevel level, int looks) => new(1 - ((1 - level.Value) / Require.Between(looks, 1, int.MaxValue)));
}
