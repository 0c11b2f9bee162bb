namespace Aampe.Agents.Core.Populations;

/// <summary>What a message costs beside its own value: it tires the user.</summary>
/// <param name="Load">Recent sends at the time of the decision, each decayed; ≥ 0.</param>
/// <param name="Price">Units of load whose loss a message has to bring before it pays; ≥ 0.</param>
public readonly record struct Tiring(double Load, double Price)
{
    /// <summary>Recent sends at the time of the decision, each decayed.</summary>
    public double Load { get; } = Require.NotNegative(Load);

    /// <summary>Units of load whose loss a message has to bring.</summary>
    public double Price { get; } = Require.NotNegative(Price);
}

/// <summary>Chooses a whole message, an action of each set, or none: set by set the largest value, then its sum against what sending tires.</summary>
/// <remarks>
/// docs/method.md §10a. The model is additive, so the best message is the best action of every set. Order of random numbers: the source (one
/// uniform for u, one for φ, each only where it is neither 0 nor 1), then the draw or the uniform choice, then ties in the order of the sets.
/// </remarks>
public static class JointChoice
{
    /// <summary>One decision by the plan.</summary>
    /// <param name="belief">What is believed of this user's effects.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="eligible">What may be chosen.</param>
    /// <param name="plan">How it explores.</param>
    /// <param name="tiring">What sending costs.</param>
    /// <param name="random">Generator of this decision.</param>
    /// <param name="actions">Filled with an action of each set; without meaning when nothing is sent.</param>
    /// <returns>Whether to send, and what made the choice.</returns>
    public static (bool Sends, ChoiceSource Source) Choose(
        EffectBelief belief, EffectLayout layout, EligibleActions eligible, ExplorationPlan plan, Tiring tiring, Random random, Span<byte> actions)
    {
        ArgumentNullException.ThrowIfNull(belief);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(random);
        if (Happens(plan.Uniform, random))
        {
            return (Uniform(eligible, plan.UniformSends, random, actions), ChoiceSource.Uniform);
        }

        var mean = belief.Mean();
        if (!Happens(plan.Sampled, random))
        {
            return (Best(layout, mean, eligible, tiring, random, actions), ChoiceSource.Mean);
        }

        Span<double> theta = stackalloc double[belief.Dimension];
        Draw(belief, mean, plan.Width, random, theta);
        return (Best(layout, theta, eligible, tiring, random, actions), ChoiceSource.Draw);
    }

    /// <summary>The best message under given coefficients, and whether it pays.</summary>
    /// <param name="layout">Coefficients.</param>
    /// <param name="theta">Their values.</param>
    /// <param name="eligible">What may be chosen.</param>
    /// <param name="tiring">What sending costs.</param>
    /// <param name="random">Settles ties: each of the largest is equally likely.</param>
    /// <param name="actions">Filled with the best action of each set, where a message may go out.</param>
    /// <returns>True = send it: value − max(0, fatigue)·(load + price) &gt; 0.</returns>
    public static bool Best(EffectLayout layout, ReadOnlySpan<double> theta, EligibleActions eligible, Tiring tiring, Random random, Span<byte> actions)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(eligible);
        ArgumentNullException.ThrowIfNull(random);
        if (!eligible.MaySend)
        {
            return false;
        }

        var value = theta[layout.Message];
        for (var s = 0; s < layout.Sets.Length; s++)
        {
            var (best, ties) = (double.NegativeInfinity, 1);
            for (var a = 0; a < layout.Sets[s]; a++)
            {
                if (!eligible.Has(s, a))
                {
                    continue;
                }

                var one = layout.ActionValue(theta, s, a);
                if (one > best)
                {
                    (best, actions[s], ties) = (one, (byte)a, 1);
                }
                else if (one == best && random.Next(++ties) == 0)
                {
                    actions[s] = (byte)a;
                }
            }

            value += best;
        }

        return value > Cost(layout, theta, tiring);
    }

    /// <summary>A draw whose deviation from the belief's mean is narrowed: what the user's type leaves open as well as what its type does not.</summary>
    internal static void Draw(EffectBelief belief, ReadOnlySpan<double> mean, double width, Random random, Span<double> theta)
    {
        belief.Sample(random, theta);
        for (var i = 0; i < theta.Length; i++)
        {
            theta[i] = mean[i] + width * (theta[i] - mean[i]);
        }
    }

    /// <summary>What a message has to bring: max(0, fatigue)·(load + price).</summary>
    internal static double Cost(EffectLayout layout, ReadOnlySpan<double> theta, Tiring tiring) =>
        Math.Max(0, theta[layout.Fatigue]) * (tiring.Load + tiring.Price);

    // Every eligible message equally likely, in a share of choices; otherwise none.
    static bool Uniform(EligibleActions eligible, double sends, Random random, Span<byte> actions)
    {
        if (!eligible.MaySend || !Happens(sends, random))
        {
            return false;
        }

        for (var s = 0; s < eligible.Sets; s++)
        {
            actions[s] = eligible.Nth(s, random.Next(eligible.CountOf(s)));
        }

        return true;
    }

    static bool Happens(double probability, Random random) => probability >= 1 || (probability > 0 && random.NextDouble() < probability);
}
