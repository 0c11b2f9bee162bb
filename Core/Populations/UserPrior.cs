namespace Aampe.Agents.Core.Populations;

/// <summary>One user's prior: how likely each type is by the user's behaviour, and where its features put the mean effects.</summary>
/// <remarks>docs/method.md §9a. Not stored: it follows from the population's prior and the user's behaviour.</remarks>
public sealed class UserPrior
{
    // A type less likely than this beside the likeliest changes no decision, and costs as much as any other.
    const double Negligible = 1e-4;

    readonly float[] likelihoods;
    readonly double[] features;
    readonly double[] shift;
    readonly int[] types;
    readonly double[] logWeights;

    internal UserPrior(PopulationPrior population, float[] likelihoods, double[] features, double rate, double rateVariance)
    {
        Population = population;
        this.likelihoods = likelihoods;
        this.features = features;
        Rate = rate;
        RateVariance = rateVariance;
        shift = new double[population.Dimension];
        for (var f = 0; f < features.Length; f++)
        {
            for (var i = 0; i < shift.Length; i++)
            {
                shift[i] += population.Slopes[f][i] * features[f];
            }
        }

        var largest = double.NegativeInfinity;
        for (var k = 0; k < likelihoods.Length; k++)
        {
            largest = Math.Max(largest, likelihoods[k] + population.LogShares[k]);
        }

        var least = largest + Math.Log(Negligible);
        types = [.. Enumerable.Range(0, likelihoods.Length).Where(k => likelihoods[k] + population.LogShares[k] >= least)];
        logWeights = [.. types.Select(k => likelihoods[k] + population.LogShares[k] - largest)];
    }

    /// <summary>The same user under a newer prior of the same types: what behaviour said of them stays.</summary>
    /// <exception cref="ArgumentException">The newer prior has other types.</exception>
    public UserPrior Under(PopulationPrior newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return newer.Types == Population.Types
            ? new UserPrior(newer, likelihoods, features, Rate, RateVariance)
            : throw new ArgumentException("The newer prior has other types; ask it for the user's behaviour anew.", nameof(newer));
    }

    /// <summary>The population's prior that this one follows from.</summary>
    public PopulationPrior Population { get; }

    /// <summary>Expected events a day without messages.</summary>
    public double Rate { get; }

    /// <summary>Variance of that expectation.</summary>
    public double RateVariance { get; }

    /// <summary>Types that are worth keeping, by index.</summary>
    public ReadOnlySpan<int> Types => types;

    internal ReadOnlySpan<double> LogWeights => logWeights;

    /// <summary>Standardised features; none when the prior has no slopes.</summary>
    internal ReadOnlySpan<double> Features => features;

    /// <summary>Mean effect coefficients of a type for this user: μ_z + B·f.</summary>
    internal void MeanOf(int type, Span<double> mean)
    {
        var own = Population.Means[type];
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = own[i] + shift[i];
        }
    }

    /// <summary>ln Σ exp of the logs.</summary>
    internal static double LogSum(ReadOnlySpan<double> logs)
    {
        var (largest, total) = (double.NegativeInfinity, 0.0);
        foreach (var log in logs)
        {
            largest = Math.Max(largest, log);
        }

        foreach (var log in logs)
        {
            total += Math.Exp(log - largest);
        }

        return largest + Math.Log(total);
    }

    /// <summary>exp of the logs, scaled to sum to 1.</summary>
    internal static double[] Normalise(ReadOnlySpan<double> logs)
    {
        var weights = new double[logs.Length];
        var largest = double.NegativeInfinity;
        foreach (var log in logs)
        {
            largest = Math.Max(largest, log);
        }

        var total = 0.0;
        for (var k = 0; k < weights.Length; k++)
        {
            total += weights[k] = Math.Exp(logs[k] - largest);
        }

        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] /= total;
        }

        return weights;
    }
}
