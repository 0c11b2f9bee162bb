using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Messages;

/// <summary>Repeats the random part of a decision in place, without making records.</summary>
sealed class Redraw
{
    readonly Choice[] choices;
    readonly SamplingOptions options;
    readonly ArmPosterior[] posteriors;
    readonly double[] prices;
    readonly double[] means;
    readonly int[] starts;

    public Redraw(IReadOnlyList<Choice> choices, SamplingOptions options)
    {
        this.choices = [.. choices];
        this.options = options;
        var candidates = choices.SelectMany(choice => choice.Candidates).ToArray();
        posteriors = [.. candidates.Select(candidate => candidate.Posterior)];
        prices = [.. candidates.Select(candidate => candidate.Price)];
        means = [.. candidates.Select(candidate => candidate.Posterior.Mean - candidate.Price)];
        Draws = new double[candidates.Length];
        Proto = new int[choices.Count];
        starts = new int[choices.Count];
        for (var s = 1; s < starts.Length; s++)
        {
            starts[s] = starts[s - 1] + choices[s - 1].Candidates.Length;
        }
    }

    /// <summary>Draws of all candidates, set after set.</summary>
    public double[] Draws { get; }

    /// <summary>Candidate taken in each set.</summary>
    public int[] Proto { get; }

    public void Next(Random random)
    {
        var sampled = options.DrawSampled(random);
        for (var s = 0; s < choices.Length; s++)
        {
            var n = choices[s].Candidates.Length;
            Proto[s] = choices[s].Rule switch
            {
                ChoiceRule.Thompson => Thompson(starts[s], n, sampled, random),
                ChoiceRule.Uniform => Uniform(Draws.AsSpan(starts[s], n), random),
                _ => Fixed(choices[s], Draws.AsSpan(starts[s], n)),
            };
        }
    }

    int Thompson(int start, int n, bool sampled, Random random)
    {
        var draws = Draws.AsSpan(start, n);
        var chosen = sampled ? Sampled(start, draws, random) : Mean(start, draws, random);
        if (n == 1 || options.Exploration == 0 || random.NextDouble() >= options.Exploration)
        {
            return chosen;
        }

        var picked = random.Next(n);
        (draws[picked], draws[chosen]) = (draws[chosen], draws[picked]);
        return picked;
    }

    int Sampled(int start, Span<double> draws, Random random)
    {
        var priced = false;
        for (var j = 0; j < draws.Length; j++)
        {
            draws[j] = posteriors[start + j].SampleKey(random);
            priced |= prices[start + j] != prices[start];
        }

        var chosen = priced ? -1 : ThompsonSampling.ArgMax(draws, random);
        for (var j = 0; j < draws.Length; j++)
        {
            draws[j] = posteriors[start + j].ValueOf(draws[j]) - prices[start + j];
        }

        return priced ? ThompsonSampling.ArgMax(draws, random) : chosen;
    }

    int Mean(int start, Span<double> draws, Random random)
    {
        means.AsSpan(start, draws.Length).CopyTo(draws);
        return ThompsonSampling.ArgMax(draws, random);
    }

    static int Uniform(Span<double> draws, Random random)
    {
        for (var j = 0; j < draws.Length; j++)
        {
            draws[j] = random.NextDouble();
        }

        return ThompsonSampling.ArgMax(draws, random);
    }

    static int Fixed(Choice choice, Span<double> draws)
    {
        for (var j = 0; j < draws.Length; j++)
        {
            draws[j] = choice.Candidates[j].Draw;
        }

        return choice.ChosenIndex;
    }
}
