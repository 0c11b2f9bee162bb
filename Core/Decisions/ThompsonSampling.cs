using System.Collections.Immutable;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Decisions;

/// <summary>Chooses one action of a set by drawing from each belief and taking the largest, and states how likely each action was.</summary>
/// <remarks>
/// docs/method.md §10. Order of random numbers: one draw an arm in the order given, a tie's pick, the ε uniform (only if ε &gt; 0), its pick.
/// </remarks>
public static class ThompsonSampling
{
    /// <summary>R: redraws behind an estimated propensity.</summary>
    public const int DefaultRedraws = 1000;

    /// <summary>Chooses among the eligible actions of a set.</summary>
    /// <param name="setId">Name of the set.</param>
    /// <param name="eligible">Actions that no guardrail masks, at least one; names distinct, beliefs of one family.</param>
    /// <param name="sampled">The decision's φ draw (<see cref="SamplingOptions.DrawSampled"/>): false takes posterior means.</param>
    /// <param name="options">φ and ε.</param>
    /// <param name="random">Generator of this decision and set.</param>
    /// <exception cref="ArgumentException">No action is eligible, or probabilities and effects are mixed.</exception>
    public static Choice Choose(string setId, IReadOnlyList<EligibleAction> eligible, bool sampled, SamplingOptions options, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var arms = Beliefs(eligible);
        var n = arms.Length;
        var probabilities = Probabilities(eligible, arms);
        var means = LargestMean(eligible);
        var (draws, chosen) = sampled ? Draws(eligible, random) : Means(eligible, means, random);
        var explored = Explore(draws, ref chosen, options, random);
        var candidates = ImmutableArray.CreateBuilder<ChoiceCandidate>(n);
        for (var j = 0; j < n; j++)
        {
            candidates.Add(Candidate(eligible[j], draws[j], probabilities[j], means[j], Mixed(probabilities[j], means[j], n, options)));
        }

        return new(setId, ChoiceRule.Thompson, sampled, candidates.MoveToImmutable(), chosen, explored);
    }

    /// <summary>Chooses among the eligible actions of a set by any effect model.</summary>
    /// <param name="setId">Name of the set.</param>
    /// <param name="model">What is believed about this user.</param>
    /// <param name="context">Cell of the user's state.</param>
    /// <param name="actions">Actions that no guardrail masks, at least one, distinct.</param>
    /// <param name="at">Moment of the decision.</param>
    /// <param name="sampled">The decision's φ draw.</param>
    /// <param name="options">φ and ε.</param>
    /// <param name="random">Generator of this decision and set; also of the redraws where the model has no propensity.</param>
    public static Choice ChooseBy(
        string setId, IEffectModel model, Context context, IReadOnlyList<string> actions, Instant at, bool sampled, SamplingOptions options, Random random)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        EligibleAction[] eligible = [.. actions.Select(action => new EligibleAction(action, model.Belief(context, setId, action, at), model.Prior(context, setId, action)))];
        if (model is IndependentModel)
        {
            // Its draws as values may round to a tie (two probabilities near 1), and ties are settled evenly: the integral knows of no ties.
            return Choose(setId, eligible, sampled, options, random);
        }

        var n = Beliefs(eligible).Length;
        var means = LargestMean(eligible);
        var draws = sampled ? model.Sample(context, setId, actions, at, random) : [.. eligible.Select(arm => arm.Posterior.Mean)];
        var chosen = ArgMax(draws, random);
        var explored = Explore(draws, ref chosen, options, random);
        var exact = model.Propensity(context, setId, actions, at);
        var probabilities = exact ?? Estimated(() => model.Sample(context, setId, actions, at, random), n, DefaultRedraws, random);
        var candidates = eligible.Select((arm, j) => Candidate(arm, draws[j], probabilities[j], means[j], Mixed(probabilities[j], means[j], n, options)));
        return new(setId, ChoiceRule.Thompson, sampled, [.. candidates], chosen, explored) { EstimatedBy = exact is null && n > 1 ? DefaultRedraws : 0 };
    }

    /// <summary>π by redraws, (count + ½)/(R + n/2): for models that cannot integrate. Mark what it is used for as estimated.</summary>
    /// <param name="sample">One draw of the value of each of the n actions.</param>
    /// <param name="actions">n ≥ 1.</param>
    /// <param name="redraws">R ≥ 1.</param>
    /// <param name="random">Settles ties.</param>
    public static double[] Estimated(Func<double[]> sample, int actions, int redraws, Random random)
    {
        ArgumentNullException.ThrowIfNull(sample);
        Require.Between(actions, 1, int.MaxValue);
        Require.Between(redraws, 1, int.MaxValue);
        if (actions == 1)
        {
            return [1];
        }

        var counts = new double[actions];
        Array.Fill(counts, 0.5);
        for (var r = 0; r < redraws; r++)
        {
            counts[ArgMax(sample(), random)]++;
        }

        return [.. counts.Select(count => count / (redraws + actions / 2.0))];
    }

    /// <summary>Chooses uniformly: each action has propensity 1/n. Draws are uniform numbers, so that the catalogue match is blind to beliefs too.</summary>
    public static Choice ChooseUniformly(string setId, IReadOnlyList<EligibleAction> eligible, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var n = Beliefs(eligible).Length;
        var draws = new double[n];
        for (var j = 0; j < n; j++)
        {
            draws[j] = random.NextDouble();
        }

        var candidates = eligible.Select((arm, j) => Candidate(arm, draws[j], 1.0 / n, 1.0 / n, 1.0 / n)).ToImmutableArray();
        return new(setId, ChoiceRule.Uniform, true, candidates, ArgMax(draws, random), false);
    }

    /// <summary>Takes a prescribed action: propensity 1, draw 1; all others 0.</summary>
    /// <exception cref="ArgumentException">The action is not eligible.</exception>
    public static Choice ChooseFixed(string setId, IReadOnlyList<EligibleAction> eligible, string action)
    {
        ArgumentNullException.ThrowIfNull(eligible);
        var candidates = eligible.Select(arm => arm.Action == action ? Candidate(arm, 1, 1, 1, 1) : Candidate(arm, 0, 0, 0, 0)).ToImmutableArray();
        var chosen = eligible.Count - 1;
        while (chosen >= 0 && eligible[chosen].Action != action)
        {
            chosen--;
        }

        return chosen >= 0
            ? new(setId, ChoiceRule.Fixed, false, candidates, chosen, false)
            : throw new ArgumentException($"Action '{action}' is not among the eligible actions of set '{setId}'.", nameof(action));
    }

    /// <summary>π: probability that each arm's draw is the largest, within 1e-6 (absolute), summing to 1 within 1e-9.</summary>
    /// <param name="arms">Beliefs of one family, at least one.</param>
    /// <remarks>π_a = ∫ f_a Π F_j by quadrature; two normals in closed form. Below 1e-12 counts as 0.</remarks>
    /// <exception cref="ArgumentException">No arm, or probabilities and effects are mixed.</exception>
    /// <exception cref="ArithmeticException">The quadrature missed 1 by more than 1e-4.</exception>
    public static double[] Propensities(IReadOnlyList<ArmPosterior> arms)
    {
        ArgumentNullException.ThrowIfNull(arms);
        return SelectionProbability.Of(arms);
    }

    /// <summary>π̃ = (1 − ε)[φ·π + (1 − φ)·largest mean] + ε/n: what decisions log.</summary>
    public static double[] Logged(IReadOnlyList<ArmPosterior> arms, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var probabilities = Propensities(arms);
        var means = LargestMean(arms, arms.Count, static (list, j) => list[j].Mean);
        return [.. probabilities.Select((p, j) => Mixed(p, means[j], arms.Count, options))];
    }

    static bool Explore(double[] draws, ref int chosen, SamplingOptions options, Random random)
    {
        if (draws.Length == 1 || options.Exploration == 0 || random.NextDouble() >= options.Exploration)
        {
            return false;
        }

        var picked = random.Next(draws.Length);
        (draws[picked], draws[chosen]) = (draws[chosen], draws[picked]);
        chosen = picked;
        return true;
    }

    internal static int ArgMax(ReadOnlySpan<double> values, Random random)
    {
        var (best, ties) = (0, 1);
        for (var j = 1; j < values.Length; j++)
        {
            if (values[j] > values[best])
            {
                (best, ties) = (j, 1);
            }
            else if (values[j] == values[best] && random.Next(++ties) == 0)
            {
                best = j;
            }
        }

        return best;
    }

    static double Mixed(double sampled, double mean, int n, SamplingOptions o) =>
        n == 1 ? 1 : (1 - o.Exploration) * (o.SampleShare * sampled + (1 - o.SampleShare) * mean) + o.Exploration / n;

    static ChoiceCandidate Candidate(EligibleAction arm, double draw, double sampled, double mean, double propensity) =>
        new(arm.Action, arm.Prior, arm.Posterior, draw, sampled, mean, propensity) { Price = arm.Price };

    static ArmPosterior[] Beliefs(IReadOnlyList<EligibleAction> eligible)
    {
        ArgumentNullException.ThrowIfNull(eligible);
        if (eligible.Count == 0)
        {
            throw new ArgumentException("A choice needs at least one eligible action; hold the decision instead.", nameof(eligible));
        }

        var arms = new ArmPosterior[eligible.Count];
        for (var j = 0; j < arms.Length; j++)
        {
            arms[j] = eligible[j].Posterior;
            for (var i = 0; i < j; i++)
            {
                if (eligible[i].Action == eligible[j].Action)
                {
                    throw new ArgumentException($"Action '{eligible[j].Action}' is listed twice.", nameof(eligible));
                }
            }
        }

        return arms;
    }

    static bool HasPrice(IReadOnlyList<EligibleAction> eligible)
    {
        for (var j = 1; j < eligible.Count; j++)
        {
            if (eligible[j].Price != eligible[0].Price)
            {
                return true;
            }
        }

        return false;
    }

    static double[] Probabilities(IReadOnlyList<EligibleAction> eligible, ArmPosterior[] arms) =>
        HasPrice(eligible) ? PricedSelection.Of(arms, [.. eligible.Select(arm => arm.Price)]) : SelectionProbability.Of(arms);

    // Without a price the draws are compared on the tie-free scale: two probabilities that both round to 1 still differ there.
    static (double[] Draws, int Chosen) Draws(IReadOnlyList<EligibleAction> eligible, Random random)
    {
        var draws = new double[eligible.Count];
        for (var j = 0; j < draws.Length; j++)
        {
            draws[j] = eligible[j].Posterior.SampleKey(random);
        }

        var priced = HasPrice(eligible);
        var chosen = priced ? -1 : ArgMax(draws, random);
        for (var j = 0; j < draws.Length; j++)
        {
            draws[j] = eligible[j].Posterior.ValueOf(draws[j]) - eligible[j].Price;
        }

        return (draws, priced ? ArgMax(draws, random) : chosen);
    }

    static (double[] Draws, int Chosen) Means(IReadOnlyList<EligibleAction> eligible, double[] largest, Random random) =>
        ([.. eligible.Select(arm => arm.Posterior.Mean - arm.Price)], ArgMax(largest, random));

    static double[] LargestMean(IReadOnlyList<EligibleAction> eligible) =>
        LargestMean(eligible, eligible.Count, static (list, j) => list[j].Posterior.Mean - list[j].Price);

    static double[] LargestMean<T>(IReadOnlyList<T> list, int n, Func<IReadOnlyList<T>, int, double> mean)
    {
        var largest = new double[n];
        var (best, ties) = (double.NegativeInfinity, 0);
        for (var j = 0; j < n; j++)
        {
            largest[j] = mean(list, j);
            (best, ties) = largest[j] > best ? (largest[j], 1) : largest[j] == best ? (best, ties + 1) : (best, ties);
        }

        for (var j = 0; j < n; j++)
        {
            largest[j] = largest[j] == best ? 1.0 / ties : 0;
        }

        return largest;
    }
}
