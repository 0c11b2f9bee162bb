using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>What an experiment would find in so many days.</summary>
/// <param name="Days">Days counted.</param>
/// <param name="Users">Agentic users.</param>
/// <param name="AgainstUsers">Users of the comparison.</param>
/// <param name="Share">Share of users expected to convert in that time; null = nothing is known yet.</param>
/// <param name="SmallestShare">Smallest absolute difference of shares that is found; null = not known.</param>
/// <param name="Goals">Goals a user expected.</param>
/// <param name="SmallestGoals">Smallest difference of goals a user.</param>
public sealed record PowerTable(double Days, long Users, long AgainstUsers, double? Share, double? SmallestShare, double? Goals, double? SmallestGoals)
{
    /// <summary>Rows for some numbers of days, as the comparison's users have behaved so far and days are alike.</summary>
    public static ImmutableArray<PowerTable> Of(TrialFinding trial, string against, ConfidenceLevel level, params ReadOnlySpan<double> days)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var agentic = trial.Arms.FirstOrDefault(arm => arm.Arm == Arms.Agentic);
        var other = trial.Arms.FirstOrDefault(arm => arm.Arm == against);
        var rows = ImmutableArray.CreateBuilder<PowerTable>(days.Length);
        foreach (var wanted in days)
        {
            rows.Add(agentic is null || other is null || other.Users < 2 || trial.Days <= 0
                ? new PowerTable(wanted, agentic?.Users ?? 0, other?.Users ?? 0, null, null, null, null)
                : Row(trial, agentic, other, wanted, level));
        }

        return rows.ToImmutable();
    }

    static PowerTable Row(TrialFinding trial, TrialArm agentic, TrialArm other, double days, ConfidenceLevel level)
    {
        var share = Power.ShareOver((double)other.Converted / other.Users, trial.Days, days);
        // Goals of days that are apart from each other: mean and variance grow with their number.
        var longer = days / trial.Days;
        var goals = other.Goals.Outcome;
        return new PowerTable(
            days, agentic.Users, other.Users, share, Power.SmallestShare(share, agentic.Users, other.Users, level), goals.Mean * longer,
            Power.SmallestMean(goals.Variance() * longer, agentic.Users, other.Users, level));
    }
}
