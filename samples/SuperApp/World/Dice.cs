using System.Text;

namespace Aampe.Agents.SuperApp.World;

/// <summary>
/// Numbers that follow from (seed, user, hour, purpose) alone. Two worlds that ask the same question get the same answer, so the difference
/// between a world with messages and one without is what the messages did, and not luck.
/// </summary>
public readonly struct Dice(long seed)
{
    readonly ulong start = Mix((ulong)seed + 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1).</summary>
    public double At(int user, int hour, int purpose) => Unit(Mix(Mix(Mix(start ^ (ulong)(uint)user) ^ (ulong)(uint)hour) ^ (ulong)(uint)purpose));

    /// <summary>Uniform in [0, 1), for something with a name.</summary>
    public double Of(string name, int purpose)
    {
        var hash = start ^ (ulong)(uint)purpose;
        foreach (var one in Encoding.UTF8.GetBytes(name))
        {
            hash = Mix(hash ^ one);
        }

        return Unit(hash);
    }

    /// <summary>Standard normal.</summary>
    public double Normal(int user, int purpose) =>
        Math.Sqrt(-2 * Math.Log(1 - At(user, -1, purpose))) * Math.Cos(2 * Math.PI * At(user, -2, purpose));

    static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
