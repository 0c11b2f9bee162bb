using System.Collections.Immutable;

namespace Aampe.Agents.Core.Experiments;

/// <summary>
/// Outcomes less what the time before explains of them (CUPED): θ is one for all arms, so the difference stays unbiased and its spread shrinks by the
/// squared correlation.
/// </summary>
/// <remarks>Deng, Xu, Kohavi and Walker (2013); docs/method/3-experiments-off-policy.md.</remarks>
public static class Adjusted
{
    /// <summary>The arms' moments of y − θ(x − x̄), with x̄ over all arms.</summary>
    /// <param name="arms">One entry an arm.</param>
    /// <returns>θ and the arms in their order; the outcomes as they were, with θ = 0, where x does not vary.</returns>
    public static (double Theta, ImmutableArray<Moments> Arms) Of(params ReadOnlySpan<PairedMoments> arms)
    {
        var (products, squares, all) = (0.0, 0.0, default(Moments));
        foreach (var arm in arms)
        {
            products += arm.Products;
            squares += arm.Before.M2;
            all = all.Merge(arm.Before);
        }

        var theta = squares > 0 ? products / squares : 0;
        var adjusted = ImmutableArray.CreateBuilder<Moments>(arms.Length);
        foreach (var arm in arms)
        {
            // Rounding may leave a hair below 0 where x explains all.
            var spread = Math.Max(0, arm.Outcome.M2 - 2 * theta * arm.Products + theta * theta * arm.Before.M2);
            adjusted.Add(arm.Outcome.N == 0 ? default : new Moments(arm.Outcome.N, arm.Outcome.Mean - theta * (arm.Before.Mean - all.Mean), spread));
        }

        return (theta, adjusted.ToImmutable());
    }
}
