using Aampe.Agents.Worlds;

namespace Aampe.Agents.Trial.World;

/// <summary>The users of a trial: what each is like, in a few bytes, so that millions fit beside the silo.</summary>
public sealed class People
{
    readonly float[] visits;
    readonly float[][] interest;
    readonly byte[] tone, offer, part, zone;
    readonly bool[] push;

    /// <summary>Makes them.</summary>
    /// <param name="world">Their law.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Everything follows from it.</param>
    public People(TrialWorld world, int count, long seed)
    {
        ArgumentNullException.ThrowIfNull(world);
        (visits, push) = (new float[count], new bool[count]);
        (tone, offer, part, zone) = (new byte[count], new byte[count], new byte[count], new byte[count]);
        interest = [.. world.Features.Select(_ => new float[count])];
        var random = new FastRandom();
        for (var user = 0; user < count; user++)
        {
            random.Restart((ulong)seed, 1, (ulong)user);
            // Means of 1: exp(sZ − s²/2).
            visits[user] = (float)(world.VisitsADay * LogNormal(random, world.VisitSpread));
            foreach (var one in interest)
            {
                one[user] = (float)LogNormal(random, world.InterestSpread);
            }

            tone[user] = (byte)random.Next(Labels.Tones.Count);
            offer[user] = (byte)random.Next(Labels.Offers.Count);
            part[user] = (byte)random.Next(Labels.Parts.Count);
            zone[user] = (byte)random.Next(world.Zones.Count);
            push[user] = random.NextDouble() < world.Reachable;
        }
    }

    /// <summary>How many.</summary>
    public int Count => visits.Length;

    /// <summary>Visits a day.</summary>
    public double Visits(int user) => visits[user];

    /// <summary>Interest in a feature; mean 1.</summary>
    public double Interest(int user, int feature) => interest[feature][user];

    /// <summary>Index of the tone that fits.</summary>
    public int Tone(int user) => tone[user];

    /// <summary>Index of the offer that fits.</summary>
    public int Offer(int user) => offer[user];

    /// <summary>Index of the part of the day that fits.</summary>
    public int Part(int user) => part[user];

    /// <summary>Index of the zone.</summary>
    public int Zone(int user) => zone[user];

    /// <summary>Whether push messages reach the user.</summary>
    public bool Push(int user) => push[user];

    static double LogNormal(FastRandom random, double spread) => Math.Exp((spread * Normal(random)) - (spread * spread / 2));

    /// <summary>A standard normal number (Box and Muller, 1958).</summary>
    public static double Normal(FastRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
