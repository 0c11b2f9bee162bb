using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>Names of the arms as records spell them, and who is in which.</summary>
public static class Arms
{
    /// <summary>Agents learn and choose.</summary>
    public const string Agentic = "agentic";

    /// <summary>Uniform choice under the same guardrails.</summary>
    public const string Random = "random";

    /// <summary>The fixed sequence.</summary>
    public const string Rules = "rules";

    /// <summary>Never messaged.</summary>
    public const string Holdout = "holdout";

    /// <summary>The buckets of a plan.</summary>
    public static ArmPlan PlanOf(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new ArmPlan(
            new ArmShare(Arm.Agentic, plan.Agentic),
            new ArmShare(Arm.Random, plan.Random),
            new ArmShare(Arm.Rules, plan.Rules),
            new ArmShare(Arm.Holdout, plan.Holdout));
    }

    /// <summary>The arm of a user: a pure function of salt and user (R10).</summary>
    public static string Of(string salt, ArmPlan plan, string userId) => Assignment.ArmOf(salt, userId, plan) switch
    {
        Arm.Agentic => Agentic,
        Arm.Random => Random,
        Arm.Rules => Rules,
        _ => Holdout,
    };
}
