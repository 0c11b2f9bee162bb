namespace Aampe.Agents.Core.Posteriors;

/// <summary>A Beta law by mean and strength, with the log-likelihood of the users it was fitted to.</summary>
/// <param name="Mean">m = α/(α + β).</param>
/// <param name="Strength">M = α + β.</param>
/// <param name="LogLikelihood">ℓ, binomial coefficients dropped.</param>
public readonly record struct BetaBinomialFit(double Mean, double Strength, double LogLikelihood)
{
    /// <summary>α = m·M.</summary>
    public double Alpha => Mean * Strength;

    /// <summary>β = (1 − m)·M.</summary>
    public double Beta => (1 - Mean) * Strength;
}

/// <summary>Moment estimate of a beta–binomial.</summary>
/// <param name="Mean">m = Σs/Σn.</param>
/// <param name="Correlation">ρ within users, clipped to [1e-6, 1 − 1e-6].</param>
public readonly record struct BetaBinomialMoments(double Mean, double Correlation)
{
    /// <summary>M = 1/ρ − 1.</summary>
    public double Strength => 1 / Correlation - 1;
}

/// <summary>Likelihood of a cohort's (s, n) pairs under Beta(α, β), and its maximum.</summary>
/// <remarks>
/// docs/method.md §9. ln B(α+s, β+n−s) − ln B(α, β) is a sum of logarithms of α+k, β+k and α+β+k, so the users enter only by how
/// many have more than k successes, failures and trials: no Γ function and no cancellation at large strength.
/// </remarks>
public sealed class BetaBinomial
{
    const double LeastStrength = 0.01;
    const double MostStrength = 1e6;
    const double Converged = 1e-10;
    const int Steps = 200;

    readonly double[] moreSuccesses;
    readonly double[] moreFailures;
    readonly double[] moreTrials;
    readonly double squaredTrials;
    readonly IReadOnlyList<(int Successes, int Trials, int Users)> pairs;

    /// <summary>Takes a cohort in.</summary>
    /// <param name="pairs">Successes, trials and number of users with that pair; trials ≥ 1.</param>
    public BetaBinomial(IReadOnlyList<(int Successes, int Trials, int Users)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        this.pairs = pairs;
        var most = pairs.Count == 0 ? 0 : pairs.Max(pair => pair.Trials);
        (moreSuccesses, moreFailures, moreTrials) = (new double[most], new double[most], new double[most]);
        foreach (var (s, n, users) in pairs)
        {
            Require.Between(n, 1, int.MaxValue);
            Require.Between(s, 0, n);
            Require.Between(users, 0, int.MaxValue);
            Users += users;
            Trials += (long)n * users;
            Successes += (long)s * users;
            squaredTrials += (double)n * n * users;
            AddTo(moreSuccesses, s, users);
            AddTo(moreFailures, n - s, users);
            AddTo(moreTrials, n, users);
        }
    }

    /// <summary>I: users with at least one trial.</summary>
    public int Users { get; }

    /// <summary>N = Σn.</summary>
    public long Trials { get; }

    /// <summary>Σs.</summary>
    public long Successes { get; }

    /// <summary>Whether no user has more than one trial: then the strength is not identified.</summary>
    public bool IsSingleTrials => moreTrials.Length <= 1;

    /// <summary>ℓ(m, M).</summary>
    public double LogLikelihood(double mean, double strength)
    {
        var (alpha, beta) = (mean * strength, (1 - mean) * strength);
        var sum = 0.0;
        for (var k = 0; k < moreTrials.Length; k++)
        {
            sum += moreSuccesses[k] * Math.Log(alpha + k) + moreFailures[k] * Math.Log(beta + k) - moreTrials[k] * Math.Log(strength + k);
        }

        return sum;
    }

    /// <summary>Start of the maximisation, from the spread of the users' shares; null if all trials agree or none is repeated.</summary>
    public BetaBinomialMoments? Moments()
    {
        if (Users < 2 || Successes == 0 || Successes == Trials)
        {
            return null;
        }

        var mean = (double)Successes / Trials;
        var binomial = mean * (1 - mean);
        var spread = 0.0;
        foreach (var (s, n, users) in pairs)
        {
            var away = (double)s / n - mean;
            spread += users * n * away * away;
        }

        var scale = (Trials - squaredTrials / Trials - (Users - 1)) * binomial;
        return scale > 1e-12 ? new(mean, Math.Clamp((spread - (Users - 1) * binomial) / scale, 1e-6, 1 - 1e-6)) : null;
    }

    /// <summary>Maximum of ℓ with M in [0.01, 1e6]; needs both successes and failures.</summary>
    /// <remarks>Newton in (logit m, ln M) from the moment start; further starts guard against a second, lower hill.</remarks>
    public BetaBinomialFit Maximum()
    {
        if (Successes == 0 || Successes == Trials)
        {
            throw new InvalidOperationException("The likelihood has no maximum inside (0, 1): all trials agree.");
        }

        var mean = (double)Successes / Trials;
        var best = Climb(mean, Math.Clamp(Moments()?.Strength ?? 2, LeastStrength, MostStrength));
        foreach (var start in (ReadOnlySpan<double>)[0.3, 3, 30, 300])
        {
            var other = Climb(mean, start);
            best = other.LogLikelihood > best.LogLikelihood ? other : best;
        }

        return best;
    }

    BetaBinomialFit Climb(double mean, double strength)
    {
        var (u, v) = (Math.Log(mean / (1 - mean)), Math.Log(strength));
        var height = At(u, v);
        var damping = 0.0;
        for (var step = 0; step < Steps; step++)
        {
            var (du, dv) = Step(u, v, damping);
            var (nu, nv) = (u + Math.Clamp(du, -2, 2), Math.Clamp(v + Math.Clamp(dv, -3, 3), Math.Log(LeastStrength), Math.Log(MostStrength)));
            var next = At(nu, nv);
            if (next >= height)
            {
                var gained = next - height;
                var moved = Math.Abs(nu - u) + Math.Abs(nv - v);
                (u, v, height) = (nu, nv, next);
                damping /= 10;

                // A slow rise along v must not pass for a summit, so the step counts too.
                if (gained < Converged && moved < 1e-7)
                {
                    break;
                }

                continue;
            }

            if (damping > 1e12)
            {
                break;
            }

            damping = Math.Max(damping * 10, 1e-3);
        }

        return new(Share(u), Math.Exp(v), height);
    }

    // Newton with a ridge that keeps the step uphill where ℓ is not concave; at a limit of M that ℓ presses against, only the mean moves.
    (double U, double V) Step(double u, double v, double damping)
    {
        var (m, strength) = (Share(u), Math.Exp(v));
        var (alpha, beta) = (m * strength, (1 - m) * strength);
        var (ga, gb, gm, ha, hb, hm) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var k = 0; k < moreTrials.Length; k++)
        {
            var (a, b, t) = (1 / (alpha + k), 1 / (beta + k), 1 / (strength + k));
            ga += moreSuccesses[k] * a;
            gb += moreFailures[k] * b;
            gm += moreTrials[k] * t;
            ha -= moreSuccesses[k] * a * a;
            hb -= moreFailures[k] * b * b;
            hm += moreTrials[k] * t * t;
        }

        var q = strength * m * (1 - m);
        var gradientU = q * (ga - gb);
        var gradientV = alpha * ga + beta * gb - strength * gm;
        var uu = q * q * (ha + hb) + q * (1 - 2 * m) * (ga - gb);
        var uv = q * (alpha * ha - beta * hb) + q * (ga - gb);
        var vv = alpha * alpha * ha + beta * beta * hb + strength * strength * hm + gradientV;
        var stuck = (v >= Math.Log(MostStrength) - 1e-12 && gradientV > 0) || (v <= Math.Log(LeastStrength) + 1e-12 && gradientV < 0);
        var scale = Math.Abs(uu) + Math.Abs(vv) + 1e-12;
        uu = -uu + damping * scale;
        vv = -vv + damping * scale;
        uv = -uv;
        if (stuck || !(uu * vv - uv * uv > 0 && uu > 0))
        {
            return (gradientU / Math.Max(Math.Abs(uu), 1e-12), stuck ? 0 : gradientV / Math.Max(Math.Abs(vv), 1e-12));
        }

        var determinant = uu * vv - uv * uv;
        return ((vv * gradientU - uv * gradientV) / determinant, (uu * gradientV - uv * gradientU) / determinant);
    }

    double At(double u, double v) => LogLikelihood(Share(u), Math.Exp(v));

    static double Share(double u) => Math.Clamp(1 / (1 + Math.Exp(-u)), 1e-12, 1 - 1e-12);

    static void AddTo(double[] more, int count, int users)
    {
        for (var k = 0; k < count; k++)
        {
            more[k] += users;
        }
    }
}
