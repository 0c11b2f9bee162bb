using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Decisions that tests settle.</summary>
static class SomeDecisions
{
    /// <summary>An agent's own hold: its effect is measured from the moment it was decided.</summary>
    public static LiveDecision Hold(string program, Instant held) => new()
    {
        Id = "dec_1",
        Ordinal = 1,
        Program = program,
        Arm = "agentic",
        Stage = DecisionStage.Hold,
        StageAt = held,
        DecidedAt = held,
        ExpiresAt = held,
        TreatedAt = held,
        Context = "active-low",
    };
}
