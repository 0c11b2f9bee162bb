using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Findings;

/// <summary>
/// Effects of one action over users, on their way to a finding. Effects of one user lean against each other, so the user is what varies: the mean is over
/// effects, its variance between users (a ratio estimate).
/// </summary>
/// <remarks>docs/method/3-experiments-off-policy.md, findings.</remarks>
internal sealed class EffectSum
{
    double n, sum, squareN, squareSum, cross, beliefs, part, partSum;
    int users, trials, wins;
    Moments values;

    /// <summary>Effects of the user at hand.</summary>
    public void Part(Evidence evidence)
    {
        part += evidence.Count;
        partSum += evidence.SumEffect;
        trials += evidence.Trials;
        wins += evidence.Wins;
    }

    /// <summary>The user at hand is over.</summary>
    public void EndUser()
    {
        if (part <= 0)
        {
            return;
        }

        users++;
        n += part;
        sum += partSum;
        squareN += part * part;
        squareSum += partSum * partSum;
        cross += part * partSum;
        (part, partSum) = (0, 0);
    }

    /// <summary>What one user's agent believes.</summary>
    public void Belief(double value, double effects)
    {
        values = values.Add(value);
        beliefs += effects;
    }

    /// <summary>Σx/Σn, with variance U/(U − 1) · Σ(x_u − m·n_u)² / (Σn)².</summary>
    public ActionFinding Measured((string Lifecycle, string Set, string Action) key)
    {
        var mean = n > 0 ? sum / n : 0;
        var spread = Math.Max(0, squareSum - 2 * mean * cross + mean * mean * squareN);
        return new ActionFinding(key.Lifecycle, key.Set, key.Action, users, n, mean, users >= 2 ? spread / (n * n) * users / (users - 1) : null)
        {
            SuccessShare = trials > 0 ? (double)wins / trials : null,
        };
    }

    /// <summary>Mean of users' beliefs, with the error of the population's mean.</summary>
    public ActionFinding BelievedAs((string Lifecycle, string Set, string Action) key, double error) =>
        new(key.Lifecycle, key.Set, key.Action, (int)values.N, beliefs, values.Mean, values.N >= 2 ? error + values.Variance() / values.N : null);
}
