namespace Aampe.Agents.Core.Populations;

/// <summary>
/// What is known of a user whose effects move by a known law: what is its own decays towards its type's mean and gets as much fresh spread
/// (an Ornstein–Uhlenbeck process that keeps Σ), and the means of all types may move together. A Kalman filter for each type, one covariance for all.
/// </summary>
/// <remarks>
/// docs/method.md §7c. Exact, and larger than an agent may be: it is what forgetting is measured against. Without any move it is what
/// <see cref="EffectBelief.Of(UserPrior, EffectStatistic)"/> gives.
/// </remarks>
public sealed class DriftingBelief
{
    readonly UserPrior prior;
    readonly double[] covariance;
    readonly double[] centres;
    readonly double[] own;
    readonly double[] logs;

    /// <summary>Before any effect is known.</summary>
    public DriftingBelief(UserPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        this.prior = prior;
        Dimension = prior.Population.Dimension;
        covariance = [.. prior.Population.Covariance];
        centres = new double[prior.Types.Length * Dimension];
        own = new double[centres.Length];
        logs = prior.LogWeights.ToArray();
        for (var t = 0; t < logs.Length; t++)
        {
            prior.MeanOf(prior.Types[t], centres.AsSpan(t * Dimension, Dimension));
        }
    }

    /// <summary>P.</summary>
    public int Dimension { get; }

    /// <summary>Time passes: own_i ← kept_i·own_i, and the covariance goes back towards Σ.</summary>
    /// <param name="kept">For each coefficient what stays of a user's own, in [0, 1].</param>
    public void Move(ReadOnlySpan<double> kept)
    {
        var spread = prior.Population.Covariance;
        var place = 0;
        for (var i = 0; i < Dimension; i++)
        {
            for (var j = 0; j <= i; j++, place++)
            {
                covariance[place] = spread[place] + kept[i] * kept[j] * (covariance[place] - spread[place]);
            }
        }

        for (var i = 0; i < own.Length; i++)
        {
            own[i] *= kept[i % Dimension];
        }
    }

    /// <summary>The means of all types move by the same step.</summary>
    public void Shift(ReadOnlySpan<double> step)
    {
        for (var i = 0; i < centres.Length; i++)
        {
            centres[i] += step[i % Dimension];
        }
    }

    /// <summary>One more row, as for <see cref="EffectStatistic.Add"/>.</summary>
    public void Add(ReadOnlySpan<double> row, double outcome, double weight)
    {
        Require.Finite(outcome);
        Require.Positive(weight);
        Span<double> gain = stackalloc double[Dimension];
        SmallCholesky.Multiply(covariance, row, gain);
        var variance = 1 / weight;
        for (var i = 0; i < Dimension; i++)
        {
            variance += row[i] * gain[i];
        }

        for (var t = 0; t < logs.Length; t++)
        {
            var miss = outcome;
            for (var i = 0; i < Dimension; i++)
            {
                miss -= row[i] * (centres[t * Dimension + i] + own[t * Dimension + i]);
            }

            logs[t] -= 0.5 * (Math.Log(variance) + miss * miss / variance);
            for (var i = 0; i < Dimension; i++)
            {
                own[t * Dimension + i] += gain[i] * miss / variance;
            }
        }

        var place = 0;
        for (var i = 0; i < Dimension; i++)
        {
            var scaled = gain[i] / variance;
            for (var j = 0; j <= i; j++)
            {
                covariance[place++] -= scaled * gain[j];
            }
        }
    }

    /// <summary>The belief of now.</summary>
    public EffectBelief ToBelief()
    {
        var inverted = (double[])covariance.Clone();
        var factor = new double[covariance.Length];
        var regular = SmallCholesky.Factor(inverted, Dimension);
        if (regular)
        {
            SmallCholesky.AddInverse(inverted, Dimension, factor, 1);
            regular = SmallCholesky.Factor(factor, Dimension);
        }

        if (!regular)
        {
            throw new ArithmeticException("The covariance of a belief is not positive definite.");
        }

        double[] means = [.. centres.Zip(own, (centre, mine) => centre + mine)];
        return new(Dimension, factor, means, UserPrior.Normalise(logs), prior.Types.ToArray(), UserPrior.LogSum(logs) - UserPrior.LogSum(prior.LogWeights));
    }
}
