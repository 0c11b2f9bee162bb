using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.NeuralPlugIn;

/// <summary>One user: what the agent may look at. Both lie in [−1, 1].</summary>
/// <param name="Thrift">How much a price matters.</param>
/// <param name="Haste">How little time there is.</param>
public sealed record User(double Thrift, double Haste)
{
    /// <summary>A user drawn uniformly.</summary>
    public static User Drawn(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1);
    }
}

/// <summary>One message by its attributes, each −1 or 1.</summary>
/// <param name="Id">Name.</param>
/// <param name="Tone">1 warm, −1 plain.</param>
/// <param name="Offer">1 with a discount, −1 without.</param>
public sealed record Copy(string Id, int Tone, int Offer);

/// <summary>
/// The truth that the agents do not know. A discount works on users with more thrift than haste and annoys the others, a warm tone works on those with
/// much of both, and either works a little better with the other. Tone alone and offer alone do nothing on average: all lies in what goes together.
/// </summary>
public static class World
{
    /// <summary>Standard deviation of one measured effect, nats.</summary>
    public const double Noise = 1;

    /// <summary>The catalogue: every combination.</summary>
    public static IReadOnlyList<Copy> Messages { get; } = [new("warm-discount", 1, 1), new("warm-plain", 1, -1), new("dry-discount", -1, 1), new("dry-plain", -1, -1)];

    /// <summary>Mean effect of a message on a user, nats.</summary>
    public static double Effect(User user, Copy message)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(message);
        var (difference, sum) = (Math.Tanh(4 * (user.Thrift - user.Haste)), Math.Tanh(4 * (user.Thrift + user.Haste)));
        return 0.5 * message.Offer * difference + 0.5 * message.Tone * sum + 0.2 * message.Tone * message.Offer;
    }

    /// <summary>What is measured of it once.</summary>
    public static double Measured(User user, Copy message, Random random) => Effect(user, message) + Noise * Draw.Normal(random);

    /// <summary>What an agent that knew the truth would get from a user.</summary>
    public static double Best(User user) => Messages.Max(message => Effect(user, message));
}
