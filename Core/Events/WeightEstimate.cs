namespace Aampe.Agents.Core.Events;

/// <summary>
/// The log likelihood ratio of one event type before direction, funnel, floor and cap (docs/method.md §2, smoothing).
/// Each stage is public so that it can be compared with other software by itself.
/// </summary>
public static class WeightEstimate
{
    /// <summary>w_e under the base-rate prior: exactly 0 for a type never seen, and negated when the classes swap.</summary>
    /// <param name="count">n_e1, n_e0.</param>
    /// <param name="goalTotal">N_1 &gt; 0.</param>
    /// <param name="otherTotal">N_0 &gt; 0.</param>
    /// <param name="alpha">α_w &gt; 0.</param>
    /// <returns>Nats.</returns>
    public static double BaseRate(EventCount count, long goalTotal, long otherTotal, double alpha)
    {
        var (goal, other) = (count.Goal, count.Other);
        return goalTotal <= otherTotal
            ? Math.Log((goal + alpha) / ((double)goalTotal / otherTotal * other + alpha))
            : Math.Log(((double)otherTotal / goalTotal * goal + alpha) / (other + alpha));
    }

    /// <summary>w_e under the symmetric prior.</summary>
    /// <param name="count">n_e1, n_e0.</param>
    /// <param name="goalTotal">N_1.</param>
    /// <param name="otherTotal">N_0.</param>
    /// <param name="alpha">α &gt; 0.</param>
    /// <param name="types">K: number of types in the table.</param>
    /// <returns>Nats.</returns>
    public static double Symmetric(EventCount count, long goalTotal, long otherTotal, double alpha, int types) =>
        Math.Log((count.Goal + alpha) / (goalTotal + alpha * types)) - Math.Log((count.Other + alpha) / (otherTotal + alpha * types));

    /// <summary>First-order standard error of w_e with the pseudo-counts that were used.</summary>
    /// <param name="count">n_e1, n_e0.</param>
    /// <param name="goalTotal">N_1 &gt; 0.</param>
    /// <param name="otherTotal">N_0 &gt; 0.</param>
    /// <param name="alpha">α_w &gt; 0.</param>
    /// <param name="prior">Which prior.</param>
    /// <returns>Nats.</returns>
    public static double StandardError(EventCount count, long goalTotal, long otherTotal, double alpha, WeightPrior prior)
    {
        var even = prior == WeightPrior.Symmetric;
        var inGoal = even || goalTotal <= otherTotal ? alpha : alpha * goalTotal / otherTotal;
        var inOther = even || goalTotal > otherTotal ? alpha : alpha * otherTotal / goalTotal;
        return Math.Sqrt(1 / (count.Goal + inGoal) + 1 / (count.Other + inOther));
    }
}
