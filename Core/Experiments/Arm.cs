namespace Aampe.Agents.Core.Experiments;

/// <summary>What an experiment does with a user. The numbers are stored; they never change meaning.</summary>
public enum Arm
{
    /// <summary>The user's agent decides.</summary>
    Agentic = 0,

    /// <summary>Actions and messages are drawn uniformly, under the same guardrails.</summary>
    Random = 1,

    /// <summary>A fixed slot and a fixed order of messages: business as usual.</summary>
    Rules = 2,

    /// <summary>Nothing is sent; what the user does is still measured.</summary>
    Holdout = 3,
}
