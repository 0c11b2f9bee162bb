using System.Collections.Frozen;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Folds the records of the panel into what users of a program have in common. A pure function of the records: an erased user, a lost call or a
/// repeated one cannot leave a trace, and a rebuild gives the same numbers.
/// </summary>
public sealed class CohortFold
{
    /// <summary>m: most controls kept (method §5, reservoir).</summary>
    public const int MostControls = 512;

    /// <summary>Events of a control older than this are not needed for any open window: 2·t_Δ + grace + a day is kept, at least this.</summary>
    public static readonly TimeSpan LeastKept = TimeSpan.FromDays(8);

    readonly ProgramDefinition program;
    readonly CohortSnapshot before;
    readonly Instant asOf;
    readonly TimeSpan grace;
    readonly bool reweigh;
    readonly ArmPlan plan;
    readonly Dictionary<EvidenceKey, CellSum> cells = [];
    readonly List<ControlRecord> holdouts = [];
    readonly List<ControlRecord> others = [];
    readonly List<ControlRecord> messaged = [];
    readonly SortedDictionary<string, (Moments Goals, long Converted, long Sends)> arms = new(StringComparer.Ordinal);
    readonly SortedDictionary<(string Arm, bool Send, int Day), Moments> blocks = [];
    readonly Dictionary<string, List<double>> values = new(StringComparer.Ordinal);
    readonly PopulationFold? population;
    EventCounts counts = EventCounts.Empty;
    int panel;

    /// <summary>Counted days of a control that lie before its events: the 28 of its features, and the day that holds the first event.</summary>
    public static readonly TimeSpan CountedBefore = TimeSpan.FromDays(29);

    /// <summary>Begins a fold.</summary>
    /// <param name="program">The program.</param>
    /// <param name="before">The fold before this one: its weights stay for a day.</param>
    /// <param name="asOf">Moment up to which the panel's events have been applied.</param>
    /// <param name="grace">G of late events.</param>
    public CohortFold(ProgramDefinition program, CohortSnapshot before, Instant asOf, TimeSpan grace)
    {
        this.program = program;
        this.before = before;
        this.asOf = asOf;
        this.grace = grace;
        plan = Arms.PlanOf(program.Experiment);
        population = program.Learning.Posterior == PosteriorKind.Joint ? new PopulationFold(program, before.Population, asOf, grace) : null;
        reweigh = before.Version == 0 || !before.Weights.Identified || asOf.UtcDay > before.WeightsAsOf.UtcDay;
    }

    /// <summary>Adds one agent of the panel; agents come in the order of the panel.</summary>
    public void Add(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        // Who objects to profiling is not a part of what is known of others either.
        if (agent.MergedInto.Length > 0 || agent.FirstSeen > asOf || Objection.Holds(agent.Consents))
        {
            return;
        }

        panel++;
        var arm = Arms.Of(program.Experiment.Salt, plan, agent.Id);
        Count(agent);
        Control(agent, arm);
        Learned(agent);
        population?.Add(agent);
        Total(agent, arm);
    }

    /// <summary>The fold.</summary>
    public CohortSnapshot Finish()
    {
        var weights = reweigh ? Weights() : before.Weights;
        var controls = holdouts.Concat(others).Concat(messaged).Take(MostControls).ToImmutableArray();
        var unfinished = new CohortSnapshot(program.Id, before.Version + 1, asOf, asOf, weights, [], controls, null, [], [], panel);
        return new CohortSnapshot(
            program.Id,
            before.Version + 1,
            asOf,
            reweigh ? asOf : before.WeightsAsOf,
            weights,
            Priors(HoldPrior(unfinished)),
            controls,
            Variance(unfinished),
            [.. arms.Select(pair => new ArmTotals(pair.Key, pair.Value.Goals, pair.Value.Converted, pair.Value.Sends))],
            [.. blocks.Select(pair => new EffectBlock(pair.Key.Arm, pair.Key.Send, pair.Key.Day, pair.Value))],
            panel)
        {
            Population = population?.Finish(),
            SmallCells = cells.Where(cell => !cell.Value.Small.IsEmpty).ToFrozenDictionary(cell => cell.Key, cell => cell.Value.Small),
        };
    }

    void Count(AgentState agent)
    {
        if (!reweigh)
        {
            return;
        }

        var from = Instant.Max(asOf - TimeSpan.FromDays(program.Goal.LookbackDays), agent.History.CompleteSince);
        var events = agent.History.Events.AsSpan();
        counts = counts.Merge(EventCounts.OfUser(events, program.Goal.Events, program.Goal.LabelWindow, from, asOf - grace, program.Goal.CountingUnit));
        foreach (ref readonly var e in events)
        {
            if (e.Value is > 0 && e.At >= from)
            {
                if (!values.TryGetValue(e.Type, out var list))
                {
                    values.Add(e.Type, list = []);
                }

                list.Add(e.Value.Value);
            }
        }
    }

    EventWeights Weights()
    {
        var goal = program.Goal;
        var directions = goal.PositiveEvents.Select(name => (name, Direction.Positive))
            .Concat(goal.NegativeEvents.Select(name => (name, Direction.Negative)))
            .ToFrozenDictionary(pair => pair.name, pair => pair.Item2, StringComparer.Ordinal);
        var medians = values.ToFrozenDictionary(pair => pair.Key, pair => Median(pair.Value), StringComparer.Ordinal);
        var options = new EventWeightOptions { Directions = directions, Funnel = goal.Funnel, Prior = goal.WeightPrior, Cap = goal.LargestWeight };
        return EventWeights.Estimate(counts, goal.Events, options, medians, before.Weights.Version + 1);
    }

    static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    void Control(AgentState agent, string arm)
    {
        var kept = TimeSpan.FromTicks(Math.Max(LeastKept.Ticks, (program.Goal.Window * 2 + grace + TimeSpan.FromDays(1 + program.Learning.ReviseDays)).Ticks));
        var from = asOf - kept;
        var interventions = agent.Sends.Where(send => send.ProgramId.Length > 0).Select(send => send.At).ToImmutableArray();
        var holdout = arm == Arms.Holdout;
        // Who was messaged may still be a control for the windows that its messages leave free: each effect looks for itself. Where places are
        // short, those come first who are free for all.
        var list = holdout ? holdouts : interventions.Any(at => at >= from) ? messaged : others;
        if (list.Count < MostControls)
        {
            list.Add(new ControlRecord(
                ControlRecord.NameOf(agent),
                agent.FirstSeen,
                // What is not kept is not observed: a window that reaches before it must not be silently short.
                Instant.Max(from, Instant.Max(agent.FirstSeen, agent.History.CompleteSince)),
                agent.WithdrawnAt,
                holdout,
                interventions,
                [.. agent.History.Between(from, asOf)],
                agent.History.Days.Trim(from - CountedBefore))
            {
                Market = ControlRecord.MarketOf(agent, program.Learning.Market),
            });
        }
    }

    double? Variance(CohortSnapshot snapshot)
    {
        // Two whole windows and the grace must lie behind each reference time; three of them a day apart average the hour of the day out.
        var last = asOf - grace - program.Goal.Window;
        Instant[] times = [last, last - TimeSpan.FromHours(8), last - TimeSpan.FromHours(16)];
        var options = new EffectOptions
        {
            Window = program.Goal.Window,
            HalfLife = program.Goal.HalfLife is { } span ? new Outcomes.HalfLife(span) : Outcomes.HalfLife.Infinite,
            Baseline = program.Learning.Baseline,
            DayWeights = DayWeights.Of(snapshot.Weights, program.Goal.Events),
        };
        return StratumVariance.Untreated(snapshot.Strata(last, LifecycleState.Active)[^1].Span, times, options);
    }

    void Learned(AgentState agent)
    {
        var name = StableHash.Of(ControlRecord.NameOf(agent));
        foreach (var (key, evidence) in agent.Evidence)
        {
            if (key.Program != program.Id || evidence.Dated.Since((asOf - DatedCounts.Kept).UtcDay) is not { Trials: > 0 } counted)
            {
                continue;
            }

            foreach (var cell in (EvidenceKey[])[key, key with { Action = "" }, new EvidenceKey(key.Program, "", key.Set, "")])
            {
                Cell(cell).Add(name, counted, evidence);
            }
        }
    }

    CellSum Cell(EvidenceKey key)
    {
        if (!cells.TryGetValue(key, out var cell))
        {
            cells.Add(key, cell = new CellSum());
        }

        return cell;
    }

    // A frequency set's Hold has a level of its own above its contexts.
    (EvidenceKey Key, PriorCell Cell)? HoldPrior(CohortSnapshot unfinished)
    {
        var rules = new ProgramRules(program, unfinished, grace);
        return rules.Frequency is { } set && unfinished.Weights.Version > 0
            && HoldRate.Prior(unfinished, rules.Effect, asOf - grace - program.Goal.Window, program.Learning.PriorStrengthCap) is { } cell
            ? (new EvidenceKey(program.Id, "", set.Id, Drawing.Hold), cell)
            : null;
    }

    SortedDictionary<EvidenceKey, PriorCell> Priors((EvidenceKey Key, PriorCell Cell)? hold)
    {
        var fitted = new SortedDictionary<EvidenceKey, PriorCell>();
        if (hold is { } untreated)
        {
            fitted.Add(untreated.Key, untreated.Cell);
        }

        var cap = program.Learning.PriorStrengthCap;
        var unknown = before.Unknown;
        // Widest first: a cell with too few users falls back to its parent.
        foreach (var key in cells.Keys.OrderBy(Width).ThenBy(key => key))
        {
            var parent = Width(key) switch
            {
                0 => unknown,
                1 => fitted.GetValueOrDefault(new EvidenceKey(key.Program, "", key.Set, ""), unknown),
                _ => fitted.GetValueOrDefault(key with { Context = "" }) ?? fitted.GetValueOrDefault(key with { Action = "" }, unknown),
            };
            fitted.Add(key, cells[key].Fit(parent, cap));
        }

        return fitted;
    }

    static int Width(EvidenceKey key) => key.Context.Length == 0 ? 0 : key.Action.Length == 0 ? 1 : 2;

    void Total(AgentState agent, string arm)
    {
        var since = asOf - TimeSpan.FromDays(7);
        var goals = 0;
        foreach (ref readonly var e in agent.History.Between(since, asOf))
        {
            goals += program.Goal.Events.Contains(e.Type) ? 1 : 0;
        }

        var total = arms.GetValueOrDefault(arm);
        arms[arm] = (total.Goals.Add(goals), total.Converted + (goals > 0 ? 1 : 0), total.Sends + agent.Sends.Count(send => send.ProgramId == program.Id));
        foreach (var effect in agent.RecentEffects)
        {
            if (effect.Program == program.Id)
            {
                var key = (effect.Arm, effect.Send, effect.At.UtcDay);
                blocks[key] = blocks.GetValueOrDefault(key).Add(effect.Value);
            }
        }
    }
}
