namespace Aampe.Agents.Core.Randomness;

/// <summary>
/// Exact draws from the laws that posteriors need, at any shape. Small shapes are handled on the log scale: a Gamma(0.001) variate is
/// below the smallest double half of the time, its logarithm never is.
/// </summary>
/// <remarks>
/// Each draw takes as many uniforms as its rejection needs; equal generators give equal draws. A <see cref="SeededRandom"/> says which
/// <see cref="Sampler"/> its draws are made by; all others have the first.
/// </remarks>
public static class Draw
{
    /// <summary>A standard normal number. By the first sampler of Marsaglia's polar method, the second of whose pair is not kept, so that a draw has no memory.</summary>
    public static double Normal(Random random) => random is SeededRandom { Sampler: Sampler.Second } fast ? Ziggurat.Next(fast) : NormalPair(random).First;

    /// <summary>Standard normal numbers, each as <see cref="Normal"/> gives it.</summary>
    internal static void Normals(SeededRandom random, Span<double> to)
    {
        if (random.Sampler == Sampler.Second)
        {
            foreach (ref var one in to)
            {
                one = Ziggurat.Next(random);
            }

            return;
        }

        // The same arithmetic as of one draw, of a generator whose calls the compiler can put in place.
        foreach (ref var one in to)
        {
            double x, s;
            do
            {
                x = 2 * random.NextDouble() - 1;
                var y = 2 * random.NextDouble() - 1;
                s = x * x + y * y;
            }
            while (s is not (> 0 and < 1));
            one = x * Math.Sqrt(-2 * Math.Log(s) / s);
        }
    }

    /// <summary>A Gamma number of scale 1.</summary>
    /// <param name="random">Source of uniforms.</param>
    /// <param name="shape">Shape, &gt; 0. Below about 0.01 the result may round to 0: use <see cref="LogGamma(Random, double)"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shape"/> is not finite and &gt; 0.</exception>
    public static double Gamma(Random random, double shape) => Math.Exp(LogGamma(random, shape));

    /// <summary>The natural logarithm of a Gamma number of scale 1; finite at every shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shape"/> is not finite and &gt; 0.</exception>
    public static double LogGamma(Random random, double shape)
    {
        ArgumentNullException.ThrowIfNull(random);
        Require.Positive(shape);
        return LogGamma(random, shape, Normal(random));
    }

    /// <summary>A Beta number.</summary>
    /// <param name="random">Source of uniforms.</param>
    /// <param name="alpha">First shape, &gt; 0.</param>
    /// <param name="beta">Second shape, &gt; 0.</param>
    /// <returns>In [0, 1]; the ends only where the exact value rounds to them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A shape is not finite and &gt; 0.</exception>
    public static double Beta(Random random, double alpha, double beta)
    {
        if (random is not SeededRandom { Sampler: Sampler.Second } fast)
        {
            return Logistic(LogitBeta(random, alpha, beta));
        }

        Require.Positive(alpha);
        Require.Positive(beta);
        return GammaRatio.Value(fast, alpha, beta);
    }

    /// <summary>ln(z/(1 − z)) of a Beta number z: two draws whose values both round to 1 still differ here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A shape is not finite and &gt; 0.</exception>
    public static double LogitBeta(Random random, double alpha, double beta)
    {
        ArgumentNullException.ThrowIfNull(random);
        Require.Positive(alpha);
        Require.Positive(beta);
        if (random is SeededRandom { Sampler: Sampler.Second } fast)
        {
            return GammaRatio.Logit(fast, alpha, beta);
        }

        var (first, second) = NormalPair(random);
        return LogGamma(random, alpha, first) - LogGamma(random, beta, second);
    }

    /// <summary>1/(1 + e^−x), without overflow.</summary>
    public static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    // Marsaglia and Tsang (2000). A shape below 1 is drawn at shape + 1 and multiplied by U^(1/shape).
    static double LogGamma(Random random, double shape, double normal)
    {
        if (shape < 1)
        {
            return LogGamma(random, shape + 1, normal) + Math.Log(1 - random.NextDouble()) / shape;
        }

        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        for (var x = normal; ; x = Normal(random))
        {
            var t = 1 + c * x;
            if (t <= 0)
            {
                continue;
            }

            var v = t * t * t;
            var u = 1 - random.NextDouble();
            var squared = x * x;
            if (u < 1 - 0.0331 * squared * squared)
            {
                return Math.Log(d * v);
            }

            var logV = Math.Log(v);
            if (Math.Log(u) < 0.5 * squared + d * (1 - v + logV))
            {
                return Math.Log(d) + logV;
            }
        }
    }

    static (double First, double Second) NormalPair(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        while (true)
        {
            var x = 2 * random.NextDouble() - 1;
            var y = 2 * random.NextDouble() - 1;
            var s = x * x + y * y;
            if (s is > 0 and < 1)
            {
                var scale = Math.Sqrt(-2 * Math.Log(s) / s);
                return (x * scale, y * scale);
            }
        }
    }
}
