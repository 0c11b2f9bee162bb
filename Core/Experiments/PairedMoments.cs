namespace Aampe.Agents.Core.Experiments;

/// <summary>Outcomes of one arm beside what the same users did before the experiment: all that adjusting by it needs.</summary>
/// <param name="Before">Moments of x, what a user did before.</param>
/// <param name="Outcome">Moments of y, what the user did then.</param>
/// <param name="Products">Σ(x − x̄)(y − ȳ); finite.</param>
/// <remarks>docs/method/3-experiments-off-policy.md, adjustment by what was before.</remarks>
public readonly record struct PairedMoments(Moments Before, Moments Outcome, double Products)
{
    /// <summary>Σ(x − x̄)(y − ȳ).</summary>
    public double Products { get; } = Require.Finite(Products);

    /// <summary>The moments with one more user.</summary>
    public PairedMoments Add(double before, double outcome)
    {
        var after = Before.Add(before);
        // Welford's step: old deviation of x times new deviation of y.
        var more = Outcome.Add(outcome);
        return new(after, more, Products + (before - Before.Mean) * (outcome - more.Mean));
    }
}
