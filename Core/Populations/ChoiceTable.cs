namespace Aampe.Agents.Core.Populations;

/// <summary>Sums up how likely each outcome of a joint decision is, part by part of its plan.</summary>
sealed class ChoiceTable
{
    readonly EffectLayout layout;
    readonly EligibleActions eligible;
    readonly byte[] chosen;

    public ChoiceTable(EffectLayout layout, EligibleActions eligible, ReadOnlySpan<byte> chosen)
    {
        this.layout = layout;
        this.eligible = eligible;
        this.chosen = chosen.ToArray();
        Actions = [.. layout.Sets.Select(actions => new double[actions])];
        ActionVariances = [.. layout.Sets.Select(actions => new double[actions])];
    }

    public double Hold { get; private set; }

    public double HoldVariance { get; private set; }

    public double Chosen { get; private set; }

    public double ChosenVariance { get; private set; }

    public double[][] Actions { get; }

    public double[][] ActionVariances { get; }

    bool Held => chosen.Length == 0;

    /// <summary>Every eligible message equally likely with probability <paramref name="sends"/>, nothing with <paramref name="holds"/>.</summary>
    public void AddUniform(double sends, double holds)
    {
        var one = sends;
        for (var s = 0; s < Actions.Length; s++)
        {
            for (var a = 0; a < Actions[s].Length; a++)
            {
                Actions[s][a] += eligible.Has(s, a) ? sends / eligible.CountOf(s) : 0;
            }

            one /= eligible.CountOf(s);
        }

        Hold += holds;
        Chosen += Held ? holds : one;
    }

    /// <summary>The best message of given coefficients with this probability: ties share it.</summary>
    public void AddBest(ReadOnlySpan<double> theta, Tiring tiring, double share)
    {
        Span<double> values = stackalloc double[EligibleActions.MostActions];
        var (value, one) = (theta[layout.Message], share);
        var best = new ulong[Actions.Length];
        for (var s = 0; s < Actions.Length; s++)
        {
            var (largest, ties) = (double.NegativeInfinity, 0);
            for (var a = 0; a < Actions[s].Length; a++)
            {
                values[a] = eligible.Has(s, a) ? layout.ActionValue(theta, s, a) : double.NegativeInfinity;
                if (eligible.Has(s, a) && values[a] >= largest)
                {
                    ties = values[a] > largest ? 1 : ties + 1;
                    best[s] = (values[a] > largest ? 0 : best[s]) | 1UL << a;
                    largest = values[a];
                }
            }

            one = Held || (best[s] >> chosen[s] & 1) != 0 ? one / ties : 0;
            value += largest;
        }

        if (!(value > JointChoice.Cost(layout, theta, tiring)))
        {
            Hold += share;
            Chosen += Held ? share : 0;
            return;
        }

        Chosen += Held ? 0 : one;
        for (var s = 0; s < Actions.Length; s++)
        {
            for (var a = 0; a < Actions[s].Length; a++)
            {
                Actions[s][a] += (best[s] >> a & 1) == 0 ? 0 : share / System.Numerics.BitOperations.PopCount(best[s]);
            }
        }
    }

    /// <summary>What draws choose, counted: (count + ½) / (R + n/2) over n possible outcomes; a set's actions among the draws that send.</summary>
    public void AddDraws(EffectBelief belief, ReadOnlySpan<double> mean, double width, Tiring tiring, double share, int redraws, Random random)
    {
        var counts = Actions.Select(actions => new int[actions.Length]).ToArray();
        Span<double> theta = stackalloc double[belief.Dimension];
        Span<byte> actions = stackalloc byte[Actions.Length];
        var (sends, same) = (0, 0);
        for (var r = 0; r < redraws; r++)
        {
            JointChoice.Draw(belief, mean, width, random, theta);
            var sent = JointChoice.Best(layout, theta, eligible, tiring, random, actions);
            same += (sent ? !Held && actions.SequenceEqual(chosen) : Held) ? 1 : 0;
            sends += sent ? 1 : 0;
            for (var s = 0; sent && s < counts.Length; s++)
            {
                counts[s][actions[s]]++;
            }
        }

        var sending = Estimate(sends, redraws, 2);
        Hold += share * (1 - sending);
        HoldVariance += Variance(1 - sending, share, redraws, 2);
        var chosenShare = Estimate(same, redraws, 2);
        Chosen += share * chosenShare;
        ChosenVariance += Variance(chosenShare, share, redraws, 2);
        for (var s = 0; s < counts.Length; s++)
        {
            var n = eligible.CountOf(s);
            for (var a = 0; a < counts[s].Length; a++)
            {
                if (eligible.Has(s, a))
                {
                    var probability = sending * (n == 1 ? 1 : Estimate(counts[s][a], sends, n));
                    Actions[s][a] += share * probability;
                    ActionVariances[s][a] += Variance(probability, share, redraws, n + 1);
                }
            }
        }
    }

    static double Estimate(int count, int draws, int outcomes) => (count + 0.5) / (draws + outcomes / 2.0);

    static double Variance(double probability, double share, int draws, int outcomes) => share * share * probability * (1 - probability) / (draws + outcomes / 2.0);
}
