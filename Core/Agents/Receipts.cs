using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>The effect receipt of a decision (docs/api): everything that the number rests on.</summary>
public static class Receipts
{
    /// <summary>Writes a receipt.</summary>
    /// <param name="step">The agent's step.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="program">Its program; null where that is gone.</param>
    /// <param name="tInt">t_int; null where there was no intervention.</param>
    /// <param name="effect">What was measured, or why nothing.</param>
    /// <param name="success">The binarised effect; null = none.</param>
    /// <param name="credited">What the posteriors took.</param>
    public static JsonObject Write(AgentStep step, LiveDecision decision, ProgramRules? program, Instant? tInt, Effect effect, double? success, JsonArray credited)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(decision);
        var receipt = new JsonObject
        {
            ["decisionId"] = decision.Id,
            ["userId"] = step.State.Id,
            ["programId"] = decision.Program,
            ["goalId"] = program?.Definition.Goal.Id,
            ["verdict"] = decision.IsSend ? "send" : "hold",
            ["arm"] = decision.Arm,
            ["tInt"] = Json.Of(tInt),
            ["trigger"] = Json.OrNull(decision.Trigger),
            ["finalAt"] = step.At.ToString(),
            ["cohortVersion"] = program?.Cohort.Version,
            ["credited"] = credited,
            ["success"] = Json.Of(success),
        };
        if (effect is Effect.NotIdentified not)
        {
            receipt["state"] = "notIdentified";
            receipt["reason"] = not.Why.ToString();
            return receipt;
        }

        var e = (Effect.Identified)effect;
        receipt["state"] = e.BySelf ? "identifiedBySelf" : "identified";
        receipt["deltaY"] = e.Value;
        receipt["variance"] = Json.Of(e.Variance);
        receipt["standardError"] = Json.Of(e.StandardError);
        receipt["windowHours"] = e.Length.TotalHours;
        receipt["yPre"] = e.Pre.Value;
        receipt["yPost"] = e.Post.Value;
        receipt["preCount"] = e.Pre.EventCount;
        receipt["postCount"] = e.Post.EventCount;
        receipt["weightsVersion"] = e.WeightsVersion;
        receipt["controls"] = new JsonObject
        {
            ["k"] = e.Controls,
            ["cPre"] = e.ControlPre,
            ["cPost"] = e.ControlPost,
            ["mean"] = e.ControlMean,
            ["variance"] = Json.Of(e.ControlVariance),
            ["radius"] = e.Radius,
            ["stratum"] = e.Stratum,
            ["hash"] = e.ControlsHash.ToString("x16", CultureInfo.InvariantCulture),
        };
        receipt["adjusted"] = e.Adjusted;
        receipt["baselineDays"] = e.BaselineDays;
        receipt["overlap"] = new JsonObject { ["carryOver"] = e.CarryOver, ["truncated"] = program is not null && e.Length < program.Effect.Window };
        return receipt;
    }
}
