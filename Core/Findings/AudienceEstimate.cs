using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>How many users a rule holds for, from a sample of them.</summary>
/// <param name="Count">Best guess.</param>
/// <param name="Low">Lower end of the 95 % interval; never below what was seen.</param>
/// <param name="High">Upper end; never above all users less those who were seen not to belong.</param>
/// <param name="Matching">Users of the sample for whom it holds.</param>
/// <param name="Sampled">Users of the sample.</param>
/// <param name="Users">All users.</param>
public sealed record AudienceEstimate(long Count, long Low, long High, long Matching, long Sampled, long Users)
{
    /// <summary>Whether everybody was looked at, so that the count is no estimate.</summary>
    public bool IsExact => Sampled >= Users;

    /// <summary>Wilson's 95 % interval of the share, times the number of users.</summary>
    /// <param name="matching">Users of the sample for whom it holds; ≥ 0.</param>
    /// <param name="sampled">Users of the sample, drawn regardless of what they are; ≥ <paramref name="matching"/>.</param>
    /// <param name="users">All users; those who came since the sample are no fewer than it.</param>
    public static AudienceEstimate Of(long matching, long sampled, long users)
    {
        users = Math.Max(users, sampled);
        if (sampled == users)
        {
            return new AudienceEstimate(matching, matching, matching, matching, sampled, users);
        }

        if (new Proportion(matching, sampled).Wilson(new ConfidenceLevel(0.95)) is not Estimate.Known known)
        {
            return new AudienceEstimate(0, 0, users, matching, sampled, users);
        }

        var count = (long)Math.Round((double)matching / sampled * users);
        var low = Math.Max(matching, (long)Math.Floor(known.Low * users));
        var high = Math.Min(users - (sampled - matching), (long)Math.Ceiling(known.High * users));
        return new AudienceEstimate(count, Math.Min(low, count), Math.Max(high, count), matching, sampled, users);
    }
}
