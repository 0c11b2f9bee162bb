using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Spread of users' mean effects around a common mean, by DerSimonian and Laird's moments.</summary>
/// <param name="FixedMean">μ_w: mean weighted by 1/v.</param>
/// <param name="Heterogeneity">Q = Σ(x̄ − μ_w)²/v.</param>
/// <param name="BetweenVariance">τ² ≥ 0 between users.</param>
/// <param name="Mean">μ̂: mean weighted by 1/(v + τ²).</param>
/// <param name="Shrinkage">B = v/(v + τ²) by user: how far each estimate moves to the common mean.</param>
/// <param name="PosteriorMeans">μ̂ + (1 − B)(x̄ − μ̂) by user.</param>
/// <remarks>docs/method.md §9, normal–normal.</remarks>
public sealed record NormalNormal(
    double FixedMean,
    double Heterogeneity,
    double BetweenVariance,
    double Mean,
    ImmutableArray<double> Shrinkage,
    ImmutableArray<double> PosteriorMeans)
{
    const int FewestUsers = 10;
    const int FewestTrials = 30;
    const double PriorShape = 2;

    /// <summary>Fits users' means with known variances.</summary>
    /// <param name="means">x̄ of each user; at least one.</param>
    /// <param name="variances">v = σ²/n of each, &gt; 0.</param>
    public static NormalNormal Fit(IReadOnlyList<double> means, IReadOnlyList<double> variances)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(variances);
        if (means.Count == 0 || means.Count != variances.Count)
        {
            throw new ArgumentException($"Needs one variance for each of at least one mean; got {means.Count} and {variances.Count}.", nameof(variances));
        }

        var (w, w2, wx) = (0.0, 0.0, 0.0);
        for (var i = 0; i < means.Count; i++)
        {
            var weight = 1 / Require.Positive(variances[i]);
            w += weight;
            w2 += weight * weight;
            wx += weight * Require.Finite(means[i]);
        }

        var fixedMean = wx / w;
        var q = means.Zip(variances, (x, v) => (x - fixedMean) * (x - fixedMean) / v).Sum();
        var freedom = means.Count - 1;
        var between = freedom == 0 ? 0 : Math.Max(0, (q - freedom) / (w - w2 / w));
        var mean = means.Zip(variances, (x, v) => x / (v + between)).Sum() / variances.Sum(v => 1 / (v + between));
        ImmutableArray<double> shrinkage = [.. variances.Select(v => v / (v + between))];
        return new(fixedMean, q, between, mean, shrinkage, [.. means.Zip(shrinkage, (x, b) => mean + (1 - b) * (x - mean))]);
    }

    /// <summary>The fit as a prior of one more user: NIG(μ̂, clip(σ²/τ², 1, M_max), 2, σ²).</summary>
    /// <param name="noiseVariance">σ² of one effect, &gt; 0.</param>
    /// <param name="strengthCap">M_max ≥ 1; also κ0 where users do not differ (τ² = 0).</param>
    public GaussianPosterior Prior(double noiseVariance, double strengthCap)
    {
        Require.Positive(noiseVariance);
        Require.Between(strengthCap, 1, double.MaxValue);
        return new(Mean, BetweenVariance == 0 ? strengthCap : Math.Clamp(noiseVariance / BetweenVariance, 1, strengthCap), PriorShape, noiseVariance);
    }

    /// <summary>Prior of a cohort as one user of it sees it: in a cohort below 200 users its own evidence is left out.</summary>
    /// <param name="users">Evidence of each user, the own one among them.</param>
    /// <param name="own">Place of the user in <paramref name="users"/>.</param>
    /// <param name="parent">Prior of the level above.</param>
    /// <param name="strengthCap">M_max ≥ 1.</param>
    public static GaussianPosterior PriorWithout(IReadOnlyList<Evidence> users, int own, GaussianPosterior parent, double strengthCap)
    {
        ArgumentNullException.ThrowIfNull(users);
        Require.Between(own, 0, users.Count - 1);
        return PriorOf(users.Count(user => user.Count > 0) >= EmpiricalBayes.OwnCountsMatterBelow ? users : users.Where((_, user) => user != own), parent, strengthCap);
    }

    /// <summary>Prior of a cohort from its users' evidence: noise pooled within users, then the fit; the parent below 10 users or 30 effects.</summary>
    /// <param name="users">Evidence of each user; those without effects are left out.</param>
    /// <param name="parent">Prior of the level above.</param>
    /// <param name="strengthCap">M_max ≥ 1.</param>
    public static GaussianPosterior PriorOf(IEnumerable<Evidence> users, GaussianPosterior parent, double strengthCap)
    {
        var seen = users.Where(user => user.Count > 0).ToList();
        var total = seen.Sum(user => user.Count);
        var freedom = total - seen.Count;
        var squares = seen.Sum(user => user.SquaredDeviations);
        if (seen.Count < FewestUsers || total < FewestTrials || freedom <= 0 || squares <= 0)
        {
            return parent;
        }

        var noise = squares / freedom;
        return Fit([.. seen.Select(user => user.MeanEffect)], [.. seen.Select(user => noise / user.Count)]).Prior(noise, strengthCap);
    }
}
