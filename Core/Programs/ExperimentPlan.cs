using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Programs;

/// <summary>How users are split among arms: a stable hash of salt and user on 10,000 buckets (method §12).</summary>
/// <param name="Salt">Never changed while the experiment runs.</param>
/// <param name="Agentic">Weight of agents that learn and choose; weights are shares of their sum.</param>
/// <param name="Random">Weight of uniform choice under the same guardrails.</param>
/// <param name="Rules">Weight of the built-in fixed sequence.</param>
/// <param name="Holdout">Weight of users that are never messaged.</param>
public sealed record ExperimentPlan(string Salt, int Agentic, int Random, int Rules, int Holdout)
{
    /// <summary>When users begin to count; null where no span was fixed.</summary>
    public Instant? StartsAt { get; init; }

    /// <summary>When they stop; null where no span was fixed.</summary>
    public Instant? EndsAt { get; init; }

    /// <summary>The span over which the experiment is judged; null where none was fixed beforehand.</summary>
    /// <param name="grace">G: how long its events may still arrive.</param>
    public Horizon? HorizonWith(TimeSpan grace) => StartsAt is { } start && EndsAt is { } end ? new Horizon(start, end, grace) : null;
}
