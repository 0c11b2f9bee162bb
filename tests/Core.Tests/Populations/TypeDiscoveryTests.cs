using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class TypeDiscoveryTests
{
    static readonly BehaviourShape Shape = new(
    [
        new BehaviourGroup("hours", 8, Circular: true), new BehaviourGroup("weekend", 2), new BehaviourGroup("views", 2), new BehaviourGroup("carts", 2), new BehaviourGroup("buys", 2),
    ]);

    [Fact]
    public void Types_explain_users_as_well_as_the_law_that_made_them()
    {
        var random = new SeededRandom("six types");
        TypeLaw[] truth = [.. Enumerable.Range(0, 6).Select(_ => Law(random))];
        AgentReport[] agents = [.. Enumerable.Range(0, 3000).Select(u => User(truth[u % 6], random))];
        var (types, shares) = TypeDiscovery.Find(Shape, agents, 8, 2);
        var gained = Likelihood(types, shares, agents) - Likelihood(truth, [.. truth.Select(_ => 1.0 / 6)], agents);
        // A type may be found in two halves: what counts is that nothing of the users is lost. Six laws of 19 numbers gain some 57/3000 a user by
        // fitting; EM that is cut short loses more than that.
        Assert.InRange(types.Length, 6, 8);
        Assert.InRange(gained, 0, 0.06);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var agents = Town.Agents(900, 0, "threads of types");
        var (one, three) = (TypeDiscovery.Find(Town.Shape, agents, 4, 1), TypeDiscovery.Find(Town.Shape, agents, 4, 3));
        Assert.Equal(one.Shares, three.Shares);
        Assert.Equal([.. one.Types.SelectMany(type => type.Concentrations.ToArray())], (double[])[.. three.Types.SelectMany(type => type.Concentrations.ToArray())]);
    }

    [Fact]
    public void Users_with_very_many_events_are_no_obstacle()
    {
        var random = new SeededRandom("very many");
        AgentReport[] agents = [.. Enumerable.Range(0, 400).Select(u => new AgentReport(28, 5000, [.. Split(5000, u % 2 == 0 ? 0.3 : 0.6, random), 900, 100], null))];
        var (types, _) = TypeDiscovery.Find(new BehaviourShape([new BehaviourGroup("weekend", 2), new BehaviourGroup("buys", 2)]), agents, 2, 1);
        Assert.Equal([0.3, 0.6], types.Select(type => Math.Round(type.Concentrations[0] / (type.Concentrations[0] + type.Concentrations[1]), 2)).Order());
    }

    static double Likelihood(IReadOnlyList<TypeLaw> types, double[] shares, AgentReport[] agents) =>
        agents.Average(agent => Math.Log(types.Select((type, k) => shares[k] * Math.Exp(type.LogLikelihood(agent.Behaviour) + 50)).Sum()) - 50);

    // Overlapping types: a weak peak of the day, and steps between 0.2 and 0.8.
    static TypeLaw Law(Random random)
    {
        var peak = 8 * random.NextDouble();
        var concentrations = new List<double>(Enumerable.Range(0, 8).Select(h => 4 * Math.Exp(1.5 * (Math.Cos((h + 0.5 - peak) * Math.PI / 4) - 1)) + 0.05));
        for (var step = 0; step < 4; step++)
        {
            var share = 0.2 + 0.6 * random.NextDouble();
            concentrations.AddRange([30 * share, 30 * (1 - share)]);
        }

        return new TypeLaw(Shape, 0.3 + 0.7 * random.NextDouble(), 3, concentrations.ToArray());
    }

    static AgentReport User(TypeLaw law, Random random)
    {
        var visits = 0;
        for (var left = 28 * Draw.Gamma(random, law.RateShape) * law.RateMean / law.RateShape; (left += Math.Log(1 - random.NextDouble())) > 0;)
        {
            visits++;
        }

        var counts = new int[Shape.Cells];
        var hours = Enumerable.Range(0, 8).Select(h => Draw.Gamma(random, law.Concentrations[h])).ToArray();
        for (var v = 0; v < visits; v++)
        {
            var (u, h) = (random.NextDouble() * hours.Sum(), 0);
            while (h < 7 && (u -= hours[h]) >= 0)
            {
                h++;
            }

            counts[h]++;
        }

        var reached = visits;
        for (var cell = 8; cell < counts.Length; cell += 2)
        {
            var split = Split(cell == 8 ? visits : reached, Draw.Beta(random, law.Concentrations[cell], law.Concentrations[cell + 1]), random);
            split.CopyTo(counts, cell);
            reached = cell == 8 ? visits : split[0];
        }

        return new AgentReport(28, visits, counts, null);
    }

    static int[] Split(int n, double share, Random random)
    {
        var first = Enumerable.Range(0, n).Count(_ => random.NextDouble() < share);
        return [first, n - first];
    }
}
