using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.NeuralPlugIn;

/// <summary>A network of one hidden layer of tanh units: its last layer is thrown away, what the hidden units say are the features.</summary>
public sealed class Network
{
    const int Inputs = 4;

    readonly double[,] into;
    readonly double[] bias;

    Network(double[,] into, double[] bias)
    {
        this.into = into;
        this.bias = bias;
    }

    /// <summary>Number of features: the hidden units and a constant.</summary>
    public int Dimension => bias.Length + 1;

    /// <summary>Units as they fall: random features.</summary>
    public static Network Drawn(int units, Random random)
    {
        var (into, bias) = (new double[units, Inputs], new double[units]);
        for (var u = 0; u < units; u++)
        {
            bias[u] = Draw.Normal(random);
            for (var i = 0; i < Inputs; i++)
            {
                into[u, i] = Draw.Normal(random);
            }
        }

        return new(into, bias);
    }

    /// <summary>Units trained on effects that were measured before, by stochastic gradient descent on the squared error.</summary>
    public static Network Trained(int units, IReadOnlyList<(User User, Copy Message, double Effect)> rows, int rounds, Random random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var network = Drawn(units, random);
        var outOf = new double[units + 1];
        for (var step = 0; step < rounds * rows.Count; step++)
        {
            var (user, message, effect) = rows[random.Next(rows.Count)];
            network.Descend(outOf, Input(user, message), effect, rate: 0.03 / (1 + 3.0 * step / (rounds * rows.Count)));
        }

        return network;
    }

    /// <summary>φ of a user and a message.</summary>
    public double[] Features(User user, Copy message) => Hidden(Input(user, message));

    void Descend(double[] outOf, double[] input, double effect, double rate)
    {
        var hidden = Hidden(input);
        var miss = effect;
        for (var u = 0; u < hidden.Length; u++)
        {
            miss -= outOf[u] * hidden[u];
        }

        for (var u = 0; u < bias.Length; u++)
        {
            var push = rate * miss * outOf[u] * (1 - hidden[u] * hidden[u]);
            bias[u] += push;
            for (var i = 0; i < Inputs; i++)
            {
                into[u, i] += push * input[i];
            }
        }

        for (var u = 0; u < hidden.Length; u++)
        {
            outOf[u] += rate * miss * hidden[u];
        }
    }

    double[] Hidden(double[] input)
    {
        var hidden = new double[Dimension];
        for (var u = 0; u < bias.Length; u++)
        {
            var sum = bias[u];
            for (var i = 0; i < Inputs; i++)
            {
                sum += into[u, i] * input[i];
            }

            hidden[u] = Math.Tanh(sum);
        }

        hidden[^1] = 1;
        return hidden;
    }

    static double[] Input(User user, Copy message) => [user.Thrift, user.Haste, message.Tone, message.Offer];
}
