using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Option: mean and full covariance of users' coefficients, by maximising the marginal likelihood with EM.</summary>
/// <remarks>
/// docs/method.md §9. The posterior covariance of each user enters the new V0: without it, estimation noise would pass for differences
/// between users.
/// </remarks>
public static class JointPrior
{
    // Floor of V0's eigenvalues, relative to the largest: keeps it positive definite along directions that no user's rows contrast.
    const double EigenvalueFloor = 1e-6;

    /// <summary>Repeats EM until the log-likelihood gains less than a limit.</summary>
    /// <param name="users">Statistics of each user; at least one.</param>
    /// <param name="start">First guess; its a and b are kept.</param>
    /// <param name="rounds">Most rounds, ≥ 1.</param>
    /// <param name="leastGain">Gain of log-likelihood at which to stop, ≥ 0.</param>
    public static JointGaussian Fit(IReadOnlyList<JointEvidence> users, JointGaussian start, int rounds, double leastGain)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(start);
        Require.Between(rounds, 1, int.MaxValue);
        Require.NotNegative(leastGain);
        var (prior, height) = (start, LogLikelihood(users, start));
        for (var round = 0; round < rounds; round++)
        {
            var next = Improve(users, prior);
            var higher = LogLikelihood(users, next);
            (prior, var gain, height) = (next, higher - height, higher);
            if (gain < leastGain)
            {
                break;
            }
        }

        return prior;
    }

    /// <summary>One round of EM.</summary>
    public static JointGaussian Improve(IReadOnlyList<JointEvidence> users, JointGaussian prior)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(prior);
        if (users.Count == 0)
        {
            return prior;
        }

        var d = prior.Dimension;
        var posteriors = users.Select(prior.Posterior).ToList();
        var mean = new double[d];
        var weights = 0.0;
        foreach (var posterior in posteriors)
        {
            var precision = posterior.A / posterior.B;
            weights += precision;
            for (var i = 0; i < d; i++)
            {
                mean[i] += precision * posterior.Mean[i];
            }
        }

        for (var i = 0; i < d; i++)
        {
            mean[i] /= weights;
        }

        var covariance = new double[d * d];
        foreach (var posterior in posteriors)
        {
            var (m, v) = (posterior.Mean, posterior.Covariance);
            var precision = posterior.A / posterior.B;
            for (var i = 0; i < d; i++)
            {
                for (var j = 0; j < d; j++)
                {
                    covariance[i * d + j] += (v[i * d + j] + precision * (m[i] - mean[i]) * (m[j] - mean[j])) / posteriors.Count;
                }
            }
        }

        return new(mean, Floored(covariance, d), prior.A, prior.B);
    }

    /// <summary>Σ ln t(y | Φm0, (b/a)(I + ΦV0Φᵀ), 2a) over users, from their statistics.</summary>
    public static double LogLikelihood(IReadOnlyList<JointEvidence> users, JointGaussian prior)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(prior);
        var sum = 0.0;
        foreach (var user in users)
        {
            var posterior = prior.Posterior(user);
            sum += 0.5 * (posterior.LogDeterminant - prior.LogDeterminant)
                + prior.A * Math.Log(prior.B) - posterior.A * Math.Log(posterior.B)
                + LogGammaFunction.At(posterior.A) - LogGammaFunction.At(prior.A)
                - 0.5 * user.Count * Math.Log(2 * Math.PI);
        }

        return sum;
    }

    static double[] Floored(double[] covariance, int d)
    {
        var matrix = Matrix<double>.Build.Dense(d, d, (i, j) => 0.5 * (covariance[i * d + j] + covariance[j * d + i]));
        var spectrum = matrix.Evd(Symmetricity.Symmetric);
        var values = spectrum.EigenValues.Real();
        var floor = values.Maximum() * EigenvalueFloor;
        if (values.Minimum() < floor)
        {
            var raised = Matrix<double>.Build.DenseOfDiagonalVector(values.PointwiseMaximum(floor));
            matrix = spectrum.EigenVectors * raised * spectrum.EigenVectors.Transpose();
        }

        return [.. Enumerable.Range(0, d * d).Select(k => 0.5 * (matrix[k / d, k % d] + matrix[k % d, k / d]))];
    }
}
