using System.Globalization;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.NeuralPlugIn;

/// <summary>How one model did.</summary>
/// <param name="Model">Name.</param>
/// <param name="Effects">True mean effects of what it chose in the last half of its decisions.</param>
/// <param name="ShareOfBest">Their mean over that of the best choices for the same users.</param>
public sealed record Outcome(string Model, Moments Effects, double ShareOfBest);

/// <summary>The same users meet four models, each of which learns from its own decisions by Thompson sampling.</summary>
public static class Comparison
{
    const int Units = 24, History = 4_000, Rounds = 15;

    const string Set = "message";

    static readonly SamplingOptions sampling = new(1, 0.01);

    /// <summary>Runs all models.</summary>
    /// <param name="decisions">Decisions of each; the first half is for learning alone.</param>
    /// <param name="seed">Repeats the run.</param>
    public static IReadOnlyList<Outcome> Run(int decisions, string seed)
    {
        var random = new SeededRandom(seed + "/users");
        var users = Enumerable.Range(0, decisions).Select(_ => User.Drawn(random)).ToArray();
        User UserOf(Context context) => users[int.Parse(context.Key, CultureInfo.InvariantCulture)];
        return
        [
            Live("uniform", null, users, seed),
            Live("additive", new AdditiveMessages(_ => default), users, seed),
            Live("additive, 4 cells", new AdditiveMessages(context => UserOf(context) is var user ? new($"{user.Thrift > 0}-{user.Haste > 0}") : default), users, seed),
            Live("random features", Plugged(Network.Drawn(Units, new SeededRandom(seed + "/units")), UserOf), users, seed),
            Live("trained features", Plugged(Network.Trained(Units, Past(seed), Rounds, new SeededRandom(seed + "/units")), UserOf), users, seed),
        ];
    }

    // The plug-in: features of any network, a Bayesian linear layer of the library on top.
    static NeuralLinear Plugged(Network network, Func<Context, User> userOf)
    {
        var known = new Dictionary<(Context, string), double[]>();
        double[] Features(Context context, string set, string action)
        {
            if (!known.TryGetValue((context, action), out var features))
            {
                known.Add((context, action), features = network.Features(userOf(context), World.Messages.Single(one => one.Id == action)));
            }

            return features;
        }

        return new(Features, network.Dimension, ridge: 1, a: 2, b: World.Noise, forgettingHalfLife: null);
    }

    // What a random arm left before: the network is trained on it, the agents begin without it.
    static List<(User User, Copy Message, double Effect)> Past(string seed)
    {
        var random = new SeededRandom(seed + "/past");
        return [.. Enumerable.Range(0, History).Select(_ =>
        {
            var (user, message) = (User.Drawn(random), World.Messages[random.Next(World.Messages.Count)]);
            return (user, message, World.Measured(user, message, random));
        })];
    }

    static Outcome Live(string name, IEffectModel? model, User[] users, string seed)
    {
        var (chance, noise) = (new SeededRandom($"{seed}/{name}"), new SeededRandom(seed + "/noise"));
        string[] ids = [.. World.Messages.Select(message => message.Id)];
        var (effects, best) = (default(Moments), default(Moments));
        for (var i = 0; i < users.Length; i++)
        {
            var context = new Context(i.ToString(CultureInfo.InvariantCulture));
            var chosen = model is null ? chance.Next(ids.Length) : ThompsonSampling.ChooseBy(Set, model, context, ids, default, true, sampling, chance).ChosenIndex;
            var measured = World.Measured(users[i], World.Messages[chosen], noise);
            model = model?.Update(context, new Dictionary<string, string> { [Set] = ids[chosen] }, new(null, measured, 1, default));
            if (i >= users.Length / 2)
            {
                effects = effects.Add(World.Effect(users[i], World.Messages[chosen]));
                best = best.Add(World.Best(users[i]));
            }
        }

        return new(name, effects, effects.Mean / best.Mean);
    }
}
