using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>What is counted of an experiment: the span, the arms, the moment.</summary>
/// <param name="Program">Id of the program.</param>
/// <param name="AsOf">Moment up to which events have been applied.</param>
/// <param name="From">Start of what is counted.</param>
/// <param name="To">End of it.</param>
/// <param name="Plan">Arms by bucket.</param>
/// <param name="HasIntent">Whether the program names intent events.</param>
public sealed record TrialFrame(string Program, Instant AsOf, Instant From, Instant To, ArmPlan Plan, bool HasIntent)
{
    /// <summary>Days looked at where the plan fixes no start.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(28);

    /// <summary>Longest span: agents remember sends so long (<see cref="DeliveryFacts.SendsKept"/>).</summary>
    public static readonly TimeSpan Longest = DeliveryFacts.SendsKept;

    /// <summary>Whether the plan began earlier than agents remember.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether the look is before the end that was fixed; null = none was.</summary>
    public bool? IsInterim { get; init; }

    /// <summary>Frames the experiment of a program as it is to be counted at a moment.</summary>
    /// <param name="program">The program.</param>
    /// <param name="asOf">Moment up to which events have been applied.</param>
    /// <param name="grace">G of late events.</param>
    public static TrialFrame Of(ProgramDefinition program, Instant asOf, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(program);
        var planned = program.Experiment.StartsAt ?? asOf - Usual;
        var from = Instant.Max(planned, asOf - Longest);
        var to = program.Experiment.EndsAt is { } end ? Instant.Min(end, asOf) : asOf;
        return new TrialFrame(program.Id, asOf, from, to, Agents.Arms.PlanOf(program.Experiment), program.Goal.IntentEvents.Count > 0)
        {
            IsCut = from > planned,
            IsInterim = program.Experiment.HorizonWith(grace)?.IsInterim(asOf),
        };
    }
}
