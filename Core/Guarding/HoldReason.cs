namespace Aampe.Agents.Core.Guarding;

/// <summary>Why an agent does not speak: the closed list of codes. A hold is a normal answer, never an error.</summary>
public static class HoldReason
{
    /// <summary>The agent drew silence.</summary>
    public const string AgentRest = "agent_rest";

    /// <summary>The user is in the holdout arm.</summary>
    public const string ArmHoldout = "arm_holdout";

    /// <summary>No message of the catalogue suits the user and the question.</summary>
    public const string NoEligibleMessage = "no_eligible_message";

    /// <summary>The hour is quiet where the user is.</summary>
    public const string QuietHours = "quiet_hours";

    /// <summary>The channel's cap is used up.</summary>
    public const string CapChannel = "cap_channel";

    /// <summary>The cap over all channels is used up.</summary>
    public const string CapOverall = "cap_overall";

    /// <summary>The message was sent to the user often enough, or not long ago.</summary>
    public const string CapMessage = "cap_message";

    /// <summary>The user is not among those whom the program is for.</summary>
    public const string NotInAudience = "not_in_audience";

    /// <summary>A rule keeps the user from being contacted, or the user is suppressed altogether.</summary>
    public const string SuppressedUser = "suppressed_user";

    /// <summary>Nothing is sent in this span.</summary>
    public const string Blackout = "blackout";

    /// <summary>A budget does not pay for it any more.</summary>
    public const string Budget = "budget";

    /// <summary>The user reached the goal not long ago.</summary>
    public const string RecentlyConverted = "recently_converted";

    /// <summary>The program only watches.</summary>
    public const string Shadow = "shadow";

    /// <summary>The program has not reached this user yet.</summary>
    public const string Ramp = "ramp";

    /// <summary>The last send is too young.</summary>
    public const string MinGap = "min_gap";

    /// <summary>Consent is missing or withdrawn.</summary>
    public const string NoConsent = "no_consent";

    /// <summary>The user has no address or token for the channel.</summary>
    public const string NotReachable = "not_reachable";

    /// <summary>Another program spoke in the same tick.</summary>
    public const string Outranked = "outranked";

    /// <summary>The program is not live.</summary>
    public const string Paused = "paused";

    /// <summary>Everything is stopped.</summary>
    public const string KillSwitch = "kill_switch";

    /// <summary>It was not activated in time.</summary>
    public const string Expired = "expired";

    /// <summary>The message left the catalogue after it was decided.</summary>
    public const string MessageWithdrawn = "message_withdrawn";
}
