namespace Aampe.Agents.Core.Populations;

/// <summary>
/// Which of several outcomes agents should learn from, told by the goals that they foretell: what an outcome teaches from other users predicts
/// what random messages bring this one, and the user's goals judge it. No outcome judges itself.
/// </summary>
/// <remarks>
/// docs/method.md §9b. Predictions are centred by their mean over the random messages the user could have got, so that only chance decides their
/// sign: users who come more often for other reasons foretell nothing. Sums only: shards of a cohort add up.
/// </remarks>
public sealed class OutcomeChoice
{
    /// <summary>Standard errors by which another outcome must foretell more than the first before it takes its place.</summary>
    /// <remarks>Where no outcome foretells anything the first then stays 14 times of 15; an outcome that alone foretells goals is two errors ahead at 3,000 users.</remarks>
    public const double DefaultMargin = 1.5;

    readonly double[] together;
    readonly double[] squares;
    readonly double[] noise;
    double rows;

    /// <summary>No rows yet.</summary>
    /// <param name="outcomes">Number of outcomes, ≥ 1; the first is kept where the data do not tell.</param>
    public OutcomeChoice(int outcomes)
    {
        Require.Between(outcomes, 1, 1000);
        together = new double[outcomes];
        squares = new double[outcomes];
        noise = new double[outcomes * (outcomes + 1) / 2];
    }

    /// <summary>One user's day with a random decision, once its goals are all in.</summary>
    /// <param name="goals">Goals less those expected without messages.</param>
    /// <param name="variance">Their variance without messages, &gt; 0: days that say little count little.</param>
    /// <param name="predicted">For each outcome the goals that the decision was predicted to bring, less their mean over the decisions that chance could have taken.</param>
    public void Add(double goals, double variance, ReadOnlySpan<double> predicted)
    {
        var weight = 1 / Require.Positive(variance);
        var square = Math.Pow(weight * Require.Finite(goals), 2);
        if (predicted.Length != together.Length)
        {
            throw new ArgumentException($"There are {together.Length} outcomes and {predicted.Length} predictions.", nameof(predicted));
        }

        rows++;
        for (var j = 0; j < predicted.Length; j++)
        {
            together[j] += weight * goals * Require.Finite(predicted[j]);
            squares[j] += weight * predicted[j] * predicted[j];
            for (var k = 0; k <= j; k++)
            {
                noise[PopulationFit.Place(j, k)] += square * predicted[j] * predicted[k];
            }
        }
    }

    /// <summary>Adds what another part of the cohort has seen.</summary>
    public void Add(OutcomeChoice other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.together.Length != together.Length)
        {
            throw new ArgumentException($"A choice among {other.together.Length} outcomes cannot be added to one among {together.Length}.", nameof(other));
        }

        rows += other.rows;
        Sum(together, other.together);
        Sum(squares, other.squares);
        Sum(noise, other.noise);
    }

    /// <summary>How much goals follow an outcome's predictions, in deviations of the goals' noise: what choosing by it gains, up to a factor that all outcomes share.</summary>
    /// <returns>Value and standard error; 0 and 0 for an outcome that has predicted nothing yet.</returns>
    public (double Value, double Error) Foretold(int outcome)
    {
        var scale = Scale(outcome);
        return (scale * together[outcome], scale * Math.Sqrt(noise[PopulationFit.Place(outcome, outcome)]));
    }

    /// <summary>The outcome that foretells most goals; the first, unless another is ahead of it by more than its error.</summary>
    /// <param name="margin">Standard errors of the difference, ≥ 0.</param>
    public int Best(double margin = DefaultMargin)
    {
        Require.Between(margin, 0, double.MaxValue);
        var best = 0;
        for (var j = 1; j < together.Length; j++)
        {
            if (Foretold(j).Value > Foretold(best).Value && Ahead(j) > margin)
            {
                best = j;
            }
        }

        return best;
    }

    // Difference to the first outcome in its own standard errors: both are judged by the same goals, so most of the noise cancels.
    double Ahead(int outcome)
    {
        var (one, first) = (Scale(outcome), Scale(0));
        var variance = one * one * noise[PopulationFit.Place(outcome, outcome)] + first * first * noise[0] - 2 * one * first * noise[PopulationFit.Place(outcome, 0)];
        return variance > 0 ? (Foretold(outcome).Value - Foretold(0).Value) / Math.Sqrt(variance) : 0;
    }

    double Scale(int outcome) => squares[outcome] > 0 ? 1 / Math.Sqrt(rows * squares[outcome]) : 0;

    static void Sum(double[] into, double[] from)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] += from[i];
        }
    }
}
