using System.Text.Json.Nodes;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>Whether a program is meant for a user at all: its audience, its ramp, and whether it acts or only watches.</summary>
public static class Reaching
{
    /// <summary>Why the program does not reach the user; null when it does. Asked before arms: who is not reached is in no comparison.</summary>
    /// <param name="step">The step; its moment is the question's.</param>
    /// <param name="program">The program.</param>
    public static JsonObject? Refusal(AgentStep step, ProgramDefinition program)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        return program.Audience is { } audience && !new Membership(step.State, step.At, step.Rules.Settings).Includes(audience) ? Handovers.Reason(HoldReason.NotInAudience)
            : !IsRamped(program, step.State.Id) ? Handovers.Reason(HoldReason.Ramp)
            : null;
    }

    /// <summary>
    /// Whether the ramp has reached a user. Its buckets are those of another salt than the experiment's: every arm is ramped up alike, and nobody changes arms.
    /// </summary>
    public static bool IsRamped(ProgramDefinition program, string userId)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.RampPercent >= 100 || Assignment.Bucket("ramp/" + program.Id, userId) < program.RampPercent * (Assignment.Buckets / 100);
    }
}
