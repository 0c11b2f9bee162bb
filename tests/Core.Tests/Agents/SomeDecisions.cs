using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Decisions that tests settle, and the agents they belong to.</summary>
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

    /// <summary>An agent known for 40 days that opened the app 5 h before an instant and ordered 5 h after it.</summary>
    public static AgentState Known(string name, Instant around) => AgentStep.Create("t", name, "secret") with
    {
        FirstSeen = around - TimeSpan.FromDays(40),
        History = new AgentHistory
        {
            Events = [new UserEvent(1, "app_opened", around - TimeSpan.FromHours(5), null), new UserEvent(2, "order_placed", around + TimeSpan.FromHours(5), null)],
            CompleteSince = around - TimeSpan.FromDays(40),
            Days = DayCounters.Empty,
        },
    };
}
