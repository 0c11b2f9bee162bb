using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>Outcomes that a host app's counts allow.</summary>
static class Outcomes
{
    /// <summary>Visits alone.</summary>
    public static CountedOutcome Visits { get; } = new(1, 0, UserHistory.GoalPath);

    /// <summary>Goals alone.</summary>
    public static CountedOutcome Goals { get; } = new(0, 1, UserHistory.GoalPath);

    /// <summary>Name for people.</summary>
    public static string NameOf(CountedOutcome outcome) => outcome == Visits ? "visits" : "goals";

    /// <summary>What a world's messages act on.</summary>
    public static CountedOutcome Of(EffectOn on) => on == EffectOn.Visits ? Visits : Goals;
}

/// <summary>What is believed of a user's outcome a day without messages.</summary>
/// <param name="Mean">Its expectation.</param>
/// <param name="Variance">Variance of that expectation.</param>
/// <param name="Conversion">Goals a visit.</param>
/// <param name="GoalsPerUnit">Goals that one more of the outcome stands for.</param>
readonly record struct OutcomeRate(double Mean, double Variance, double Conversion, double GoalsPerUnit)
{
    public static OutcomeRate Of(CountedOutcome outcome, PopulationPrior prior, in BehaviourSummary behaviour)
    {
        var (mean, variance) = outcome.Rate(prior, behaviour);
        var conversion = Outcomes.Goals.Rate(prior, behaviour).Mean / Outcomes.Visits.Rate(prior, behaviour).Mean;
        return new(mean, variance, conversion, outcome.GoalsPerUnit(conversion));
    }
}
