using Aampe.Agents.Core.Findings;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial.Report;

/// <summary>
/// What the agents' messages truly did to the users who were treated: the same users, by the same luck, with and without them. No product can know it; a
/// trial that is worth its name has it inside its intervals.
/// </summary>
/// <param name="outcomes">Both worlds.</param>
/// <param name="users">Arms and what was received, by feature and user.</param>
public sealed class PlantedTruth(Outcomes outcomes, IReadOnlyList<TrialRow?[]> users)
{
    /// <summary>The effect among treated users; null where it is not defined.</summary>
    /// <param name="feature">Index of the feature.</param>
    /// <param name="metric">intent, conversion or gmv.</param>
    /// <param name="received">Only of those who got a message.</param>
    /// <param name="from">First user that is looked at.</param>
    /// <param name="count">How many are; null = to the end.</param>
    public double? Of(int feature, string metric, bool received, int from = 0, int? count = null)
    {
        var (n, with, without) = (0L, 0.0, 0.0);
        var rows = users[feature];
        for (var user = from; user < from + (count ?? rows.Length - from); user++)
        {
            if (rows[user] is not { Arm: "agentic" } row || (received && !row.Received))
            {
                continue;
            }

            n++;
            with += Outcome(user, feature, metric, treated: true);
            without += Outcome(user, feature, metric, treated: false);
        }

        return n == 0 ? null : metric == "gmv" ? (without > 0 ? (with / without) - 1 : null) : (with - without) / n;
    }

    double Outcome(int user, int feature, string metric, bool treated) => metric switch
    {
        "intent" => outcomes.Intent(user, feature, treated) ? 1 : 0,
        "conversion" => outcomes.Done(user, feature, treated) ? 1 : 0,
        _ => outcomes.Value(user, feature, treated),
    };
}
