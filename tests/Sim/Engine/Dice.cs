namespace Aampe.Agents.Sim.Engine;

/// <summary>The one source of chance of a run: splitmix64, the same on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    ulong state = seed;

    /// <summary>64 uniform bits.</summary>
    public ulong Bits()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, n).</summary>
    public int Below(int n) => (int)(Bits() % (ulong)n);

    /// <summary>Uniform in [from, to].</summary>
    public long Between(long from, long to) => from + (long)(Bits() % (ulong)(to - from + 1));

    /// <summary>True with a probability; a probability of 0 draws nothing.</summary>
    public bool Chance(double p) => p > 0 && Unit() < p;

    /// <summary>One of several.</summary>
    public T Pick<T>(IReadOnlyList<T> of) => of[Below(of.Count)];
}
