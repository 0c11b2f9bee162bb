using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>Folds the panel into the arms of a program's experiment: by assignment, and paired by propensity beneath (docs/method, part 3).</summary>
public sealed class TrialFold
{
    /// <summary>Days looked at where the plan fixes no start.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(28);

    /// <summary>Longest span: agents remember sends so long (<see cref="DeliveryFacts.SendsKept"/>).</summary>
    public static readonly TimeSpan Longest = DeliveryFacts.SendsKept;

    /// <summary>Fewest holdout users whose halves are compared.</summary>
    public const int FewestPlacebo = 20;

    const int PlaceboDraws = 200;

    static readonly ImmutableArray<string> order = [Agents.Arms.Agentic, Agents.Arms.Random, Agents.Arms.Rules, Agents.Arms.Holdout];

    readonly ProgramDefinition program;
    readonly Instant asOf, from, to;
    readonly bool isCut;
    readonly bool? isInterim;
    readonly ArmPlan plan;
    readonly List<Row> rows = [];
    bool hasValue;

    /// <summary>Begins a fold.</summary>
    /// <param name="program">The program.</param>
    /// <param name="asOf">Moment up to which the panel's events have been applied.</param>
    /// <param name="grace">G of late events.</param>
    public TrialFold(ProgramDefinition program, Instant asOf, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(program);
        (this.program, this.asOf) = (program, asOf);
        var planned = program.Experiment.StartsAt ?? asOf - Usual;
        to = program.Experiment.EndsAt is { } end ? Instant.Min(end, asOf) : asOf;
        from = Instant.Max(planned, asOf - Longest);
        isCut = from > planned;
        isInterim = program.Experiment.HorizonWith(grace)?.IsInterim(asOf);
        plan = Agents.Arms.PlanOf(program.Experiment);
    }

    /// <summary>Adds one agent of the panel.</summary>
    public void Add(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        // Before the experiment began there is nothing to compare; anonymous lives that joined another are that one's.
        if (agent.MergedInto.Length > 0 || agent.FirstSeen >= to || from >= to)
        {
            return;
        }

        var (intent, goals, value) = (false, 0, 0.0);
        foreach (ref readonly var e in agent.History.Between(from, to))
        {
            intent |= program.Goal.IntentEvents.Contains(e.Type);
            if (program.Goal.Events.Contains(e.Type))
            {
                goals++;
                value += e.Value ?? 0;
                hasValue |= e.Value is not null;
            }
        }

        var before = agent.History.Days.Sum28(from);
        var known = agent.FirstSeen < from;
        rows.Add(new Row(
            agent.Agent,
            Agents.Arms.Of(program.Experiment.Salt, plan, agent.Id),
            agent.Sends.Any(send => send.ProgramId == program.Id && send.At >= from && send.At < to),
            intent,
            goals,
            value,
            before.Goals,
            known ? Covariates(agent, before.Events, before.Goals) : []));
    }

    /// <summary>The fold; null before there is anybody.</summary>
    public TrialFinding? Finish()
    {
        if (rows.Count == 0)
        {
            return null;
        }

        var arms = order.Where(arm => plan.BucketsOf(ArmOf(arm)) > 0).ToList();
        return new TrialFinding
        {
            From = from.UnixMilliseconds,
            To = to.UnixMilliseconds,
            IsCut = isCut,
            IsInterim = isInterim,
            HasIntent = program.Goal.IntentEvents.Count > 0,
            HasValue = hasValue,
            Arms = [.. arms.Select(Total)],
            Buckets = [.. arms.Select(arm => plan.BucketsOf(ArmOf(arm)))],
            Pairing = arms.Contains(Agents.Arms.Holdout) ? Pairing() : null,
            Placebo = Placebo(),
        };
    }

    ImmutableArray<double> Covariates(AgentState agent, long events, long goals)
    {
        var silent = agent.History.Days.LastDayBefore(from) is { } last ? from.UtcDay - last : 28;
        return [Math.Log(1 + events), Math.Log(1 + goals), Math.Log(1 + silent), Math.Log(1 + (from - agent.FirstSeen).TotalDays)];
    }

    TrialArm Total(string arm)
    {
        var (users, received, intent, converted) = (0L, 0L, 0L, 0L);
        var (goals, value) = (default(PairedMoments), default(PairedMoments));
        var before = new Moments[TrialFinding.Covariates.Length];
        foreach (var row in rows.Where(row => row.Arm == arm))
        {
            users++;
            received += row.Received ? 1 : 0;
            intent += row.Intent ? 1 : 0;
            converted += row.Goals > 0 ? 1 : 0;
            goals = goals.Add(row.GoalsBefore, row.Goals);
            value = value.Add(row.GoalsBefore, row.Value);
            for (var i = 0; i < row.Covariates.Length; i++)
            {
                before[i] = before[i].Add(row.Covariates[i]);
            }
        }

        return new TrialArm { Arm = arm, Users = users, Received = received, Intent = intent, Converted = converted, Goals = goals, Value = value, Before = [.. before] };
    }

    // Received at least one message of the agents against never messaged, on what was known before (method §12). There are several times more of the first:
    // each takes its nearest control, however often that one is used.
    PairingFinding Pairing()
    {
        var units = rows
            .Where(row => !row.Covariates.IsEmpty && (row.Arm == Agents.Arms.Holdout || (row.Arm == Agents.Arms.Agentic && row.Received)))
            .ToList();
        if (units.Count(row => row.Arm == Agents.Arms.Holdout) < 2 || units.Count(row => row.Arm != Agents.Arms.Holdout) < 2)
        {
            return new PairingFinding(0, 0, WhyNotKnown.TooFewUnits, [], [], []);
        }

        // A covariate that is alike for everybody says nothing and would leave no propensity.
        var kept = Enumerable.Range(0, TrialFinding.Covariates.Length)
            .Where(i => Moments.Of([.. units.Select(row => row.Covariates[i])]).M2 > 0).ToList();
        if (kept.Count == 0)
        {
            return new PairingFinding(0, 0, WhyNotKnown.Collinear, [], [], []);
        }

        var metrics = ImmutableArray.CreateBuilder<PairedMetric>();
        PairingFinding? found = null;
        foreach (var (metric, of) in Measures())
        {
            var pairing = PropensityPairing.Compare(
                [.. units.Select(row => new PairingUnit(row.Id, row.Arm != Agents.Arms.Holdout, [.. kept.Select(i => row.Covariates[i])], of(row)))], PropensityPairing.UsualCaliper, Replacement.With, default);
            if (pairing is not PropensityPairing.Paired paired)
            {
                return new PairingFinding(0, 0, ((PropensityPairing.NotKnown)pairing).Why, [], [], []);
            }

            metrics.Add(paired.Effect is Estimate.Known known ? new PairedMetric(metric, known.Value, known.StandardError) : new PairedMetric(metric, null, null));
            found ??= new PairingFinding(paired.Pairs.Length, paired.Unpaired, null, [], Spread(kept, paired.BalanceBefore), Spread(kept, paired.BalanceAfter));
        }

        return found! with { Metrics = metrics.ToImmutable() };
    }

    IEnumerable<(string Metric, Func<Row, double> Of)> Measures()
    {
        if (program.Goal.IntentEvents.Count > 0)
        {
            yield return ("intent", row => row.Intent ? 1 : 0);
        }

        yield return ("conversion", row => row.Goals > 0 ? 1 : 0);
        yield return ("goals", row => row.Goals);
        if (hasValue)
        {
            yield return ("value", row => row.Value);
        }
    }

    static ImmutableArray<double?> Spread(List<int> kept, ImmutableArray<Balance> of)
    {
        var all = new double?[TrialFinding.Covariates.Length];
        for (var i = 0; i < kept.Count; i++)
        {
            all[kept[i]] = of[i] is Balance.Known { Value: var value } && double.IsFinite(value) ? value : null;
        }

        return [.. all];
    }

    PlaceboFinding? Placebo()
    {
        var level = ConfidenceLevel.Default;
        double[] goals = [.. rows.Where(row => row.Arm == Agents.Arms.Holdout).Select(row => (double)row.Goals)];
        if (goals.Length < FewestPlacebo)
        {
            return null;
        }

        var random = new SeededRandom($"placebo/{program.Id}/{asOf.UnixMilliseconds}");
        var check = Experiments.Placebo.Halves<double>(goals, PlaceboDraws, level, (a, b) => DifferenceOfMeans.Welch(Moments.Of(a), Moments.Of(b), level), random);
        return new PlaceboFinding(check.Draws, check.Covered, check.NotKnown, level.Value);
    }

    static Arm ArmOf(string arm) => arm switch
    {
        Agents.Arms.Agentic => Arm.Agentic,
        Agents.Arms.Random => Arm.Random,
        Agents.Arms.Rules => Arm.Rules,
        _ => Arm.Holdout,
    };

    sealed record Row(string Id, string Arm, bool Received, bool Intent, int Goals, double Value, double GoalsBefore, ImmutableArray<double> Covariates);
}
