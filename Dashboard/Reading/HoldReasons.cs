namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Reasons of holds in words.</summary>
public static class HoldReasons
{
    /// <summary>The reason as a person says it; one that is not known is shown as it is.</summary>
    public static string InWords(string code) => code switch
    {
        "agent_rest" => "the agent drew silence",
        "arm_holdout" => "this arm never gets a message",
        "no_eligible_message" => "no message of the catalogue fits",
        "not_in_audience" => "the user is not in the audience",
        "quiet_hours" => "quiet hours of the user",
        "cap_channel" => "the channel's cap is used up",
        "cap_overall" => "the overall cap is used up",
        "cap_message" => "this message was sent often enough",
        "min_gap" => "too soon after the last message",
        "no_consent" => "no consent",
        "not_reachable" => "no address or token",
        "blackout" => "a blackout is in force",
        "budget" => "the budget is used up",
        "recently_converted" => "the goal was reached not long ago",
        "outranked" => "another program came first",
        "paused" => "the program is paused",
        "kill_switch" => "everything is paused",
        "shadow" => "the program only watches",
        "ramp" => "the ramp has not reached this user",
        "expired" => "it came too late",
        "below_hold_value" => "silence promised more",
        "suppressed_user" => "the user is suppressed",
        "message_withdrawn" => "the message was withdrawn",
        "timeout" => "the decision took too long",
        "unavailable" => "the agent could not be asked",
        _ => code,
    };
}
