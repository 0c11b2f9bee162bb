namespace Aampe.Agents.Worlds;

/// <summary>A generator that is started anew for each user and day: the same user has the same luck under every design.</summary>
public sealed class FastRandom : Random
{
    ulong state;

    /// <summary>Starts unseeded; call <see cref="Restart"/> before use.</summary>
    public FastRandom()
        : base(0)
    {
    }

    /// <summary>Starts the sequence of these numbers (SplitMix64).</summary>
    public FastRandom Restart(ulong seed, ulong first, ulong second)
    {
        state = Mix(Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ first) + second * 0xD1B54A32D192ED03);
        return this;
    }

    /// <inheritdoc/>
    public override double NextDouble() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public override int Next(int maxValue) => maxValue <= 0 ? 0 : (int)Math.BigMul(Bits(), (ulong)maxValue, out _);

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    /// <summary>A Poisson number.</summary>
    /// <param name="mean">≥ 0.</param>
    public int Poisson(double mean)
    {
        var (count, product) = (0, 1.0);
        // In steps: e^−mean rounds to 0 where mean is large.
        while (mean > 30)
        {
            count += Poisson(30);
            mean -= 30;
        }

        var limit = Math.Exp(-mean);
        while ((product *= NextDouble()) > limit)
        {
            count++;
        }

        return count;
    }

    /// <summary>Successes among n trials.</summary>
    public int Binomial(int n, double p)
    {
        var count = 0;
        for (; n > 0; n--)
        {
            count += NextDouble() < p ? 1 : 0;
        }

        return count;
    }

    ulong Bits() => Mix(state += 0x9E3779B97F4A7C15);

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
