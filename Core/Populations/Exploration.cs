namespace Aampe.Agents.Core.Populations;

/// <summary>Limits and defaults of exploration.</summary>
public sealed record ExplorationOptions
{
    /// <summary>ε in [0, 1]: least share of uniform choices. 0.01 bounds the weights of off-policy evaluation and costs a hundredth of what choosing brings.</summary>
    public double Floor { get; init => field = Require.Between(value, 0, 1); } = 0.01;

    /// <summary>q in [0, 1]: share of uniform choices that send. Actions are learnt from sends, sending itself from the rest.</summary>
    public double UniformSends { get; init => field = Require.Between(value, 0, 1); } = 0.8;

    /// <summary>Days over which a program without an end still gains from what it learns now; &gt; 0. Four weeks: tastes drift.</summary>
    public double OpenHorizonDays { get; init => field = Require.Positive(value); } = 28;

    /// <summary>Decisions for which learning still pays.</summary>
    /// <param name="daysLeft">Days to the program's end, ≥ 0; null = open-ended.</param>
    /// <param name="decisionsPerDay">Decisions of an agent a day, &gt; 0.</param>
    public double Decisions(double? daysLeft, double decisionsPerDay) =>
        Require.NotNegative(daysLeft ?? OpenHorizonDays) * Require.Positive(decisionsPerDay);
}

/// <summary>
/// How much a decision explores. Uniform choices until the population's mean effects are known as well as they need be: what a better mean
/// would bring all agents until the horizon against what one more uniform choice costs. Draws only by as much as the user's own remaining
/// decisions could settle. Never below a floor.
/// </summary>
/// <remarks>
/// docs/method.md §10a. An error e² of the mean costs a choice of S sets about κ·S·e²/(2s), s the deviation of actions' values; a uniform
/// decision adds information i. Least total cost: e*² = √(2·s·c / (κ·N·H·S·i)).
/// </remarks>
public static class Exploration
{
    // A quarter of the decisions, half of them for each of two actions, may go into telling them apart: their difference then has variance 16v/H.
    const double PerDifference = 16;

    // κ: what of the loss no choice by the mean would find out. A wrongly liked action is sent and found out; a wrongly disliked one is not.
    // By trial: docs/adr/0008.
    const double Unnoticed = 0.2;

    /// <summary>The plan of a decision.</summary>
    /// <param name="left">What is left to learn.</param>
    /// <param name="decisions">H: decisions of an agent until the horizon, ≥ 0.</param>
    /// <param name="agents">N: agents that learn for each other, ≥ 1.</param>
    /// <param name="options">Floor and defaults.</param>
    public static ExplorationPlan Plan(LeftToLearn left, double decisions, double agents, ExplorationOptions options)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(options);
        Require.NotNegative(decisions);
        Require.Between(agents, 1, double.MaxValue);
        var settled = left.Settled(decisions, PerDifference);
        return new(
            Math.Clamp(Missing(left, decisions, agents), options.Floor, 1), settled, Math.Sqrt(settled), options.UniformSends);
    }

    /// <summary>Uniform decisions an agent that are still worth their cost.</summary>
    static double Missing(LeftToLearn left, double decisions, double agents)
    {
        if (left.Sets == 0 || left.MeanError == 0 || decisions == 0)
        {
            return 0;
        }

        var enough = Math.Sqrt(2 * left.Spread * left.Cost / (Unnoticed * agents * decisions * left.Sets * left.Information));
        return enough == 0 ? 1 : Math.Max(0, 1 / enough - 1 / left.MeanError) / (agents * left.Information);
    }
}
