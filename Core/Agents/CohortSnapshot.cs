using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Prior of one cell, with where it comes from.</summary>
/// <param name="Beta">Beta prior of the binarised effect.</param>
/// <param name="Gaussian">Normal–inverse-gamma prior of the continuous effect.</param>
/// <param name="Source">How the Beta prior was found.</param>
/// <param name="Users">Users whose evidence is in it.</param>
public sealed record PriorCell(BetaPosterior Beta, GaussianPosterior Gaussian, PriorSource Source, int Users);

/// <summary>A user of the panel whom effects may be compared with, as the fold keeps it.</summary>
public sealed record ControlRecord(
    string Agent,
    Instant FirstSeen,
    Instant ObservedSince,
    Instant? WithdrawnAt,
    bool Holdout,
    ImmutableArray<Instant> Interventions,
    ImmutableArray<UserEvent> Events,
    DayCounters Days)
{
    /// <summary>The user's market; empty where the program knows no markets or the user none.</summary>
    public string Market { get; init; } = "";

    /// <summary>The market of an agent: the trait that its program names, as the host app states it.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="trait">Name of the trait; empty = none.</param>
    public static string MarketOf(AgentState agent, string trait)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return trait.Length > 0 ? agent.Attributes.GetValueOrDefault(trait, "") : "";
    }

    /// <summary>How an agent is named among controls; its effect knows itself by the hash of it, so that nobody is its own control.</summary>
    public static string NameOf(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return agent.Tenant + "/" + agent.Agent;
    }
}

/// <summary>What one arm of a program has done, over the users of the panel.</summary>
/// <param name="Arm">agentic, random, rules or holdout.</param>
/// <param name="Goals">Goals per user in the days that count: number of users, mean, spread.</param>
/// <param name="Converted">Users with at least one goal in those days.</param>
/// <param name="Sends">Sends of the program in all.</param>
public sealed record ArmTotals(string Arm, Moments Goals, long Converted, long Sends);

/// <summary>Effects of one arm in one block of time.</summary>
/// <param name="Arm">agentic, random, rules or holdout.</param>
/// <param name="Send">True for messages, false for holds.</param>
/// <param name="Day">UTC day of the interventions.</param>
/// <param name="Effects">Number, mean and spread of ΔY.</param>
public sealed record EffectBlock(string Arm, bool Send, int Day, Moments Effects);

/// <summary>
/// What the users of one program have in common, at one moment: event weights, priors, untreated controls, totals per arm. A fold of a fixed
/// panel of agents; a value with a version and an age that decisions name.
/// </summary>
public sealed class CohortSnapshot
{
    // Days, lifecycles and a few triggers; more than this and somebody makes trigger names up.
    const int MostStrata = 500;

    readonly FrozenDictionary<EvidenceKey, PriorCell> priors;
    readonly ConcurrentDictionary<(int Day, LifecycleState? State, string? Market, string Trigger), ReadOnlyMemory<ControlUser>> strata = new();
    readonly Lazy<(ControlUser User, ControlRecord Record)[]> pool;
    readonly Lazy<FrozenDictionary<EvidenceKey, SmallCell>> cells;

    /// <summary>Joins the parts of a fold.</summary>
    public CohortSnapshot(
        string program,
        long version,
        Instant asOf,
        Instant weightsAsOf,
        EventWeights weights,
        IEnumerable<KeyValuePair<EvidenceKey, PriorCell>> priors,
        ImmutableArray<ControlRecord> controls,
        double? stratumVariance,
        ImmutableArray<ArmTotals> arms,
        ImmutableArray<EffectBlock> blocks,
        int panel)
    {
        Program = program;
        Version = version;
        AsOf = asOf;
        WeightsAsOf = weightsAsOf;
        Weights = weights;
        this.priors = priors.ToFrozenDictionary();
        Controls = controls;
        StratumVariance = stratumVariance;
        Arms = arms;
        Blocks = blocks;
        Panel = panel;
        cells = new(() => SmallCells.ToFrozenDictionary(cell => cell.Key, cell => new SmallCell(cell.Value)));
        pool = new(() => [.. Controls.Select(record => (Weighed(record), record))]);
    }

    /// <summary>Before the first fold: nothing is known.</summary>
    public static CohortSnapshot None(string program) =>
        new(program, 0, Instant.Earliest, Instant.Earliest, EventWeights.None, [], [], null, [], [], 0);

    /// <summary>What a fold begins with that goes by the records alone: nothing of earlier ones but their number (docs/privacy.md).</summary>
    public static CohortSnapshot Nothing(string program, long version) =>
        new(program, version, Instant.Earliest, Instant.Earliest, EventWeights.None, [], [], null, [], [], 0);

    /// <summary>Program id.</summary>
    public string Program { get; }

    /// <summary>Number of the fold; 0 before the first.</summary>
    public long Version { get; }

    /// <summary>Moment up to which the panel was complete.</summary>
    public Instant AsOf { get; }

    /// <summary>Moment of the event weights: they change once a day.</summary>
    public Instant WeightsAsOf { get; }

    /// <summary>Event weights.</summary>
    public EventWeights Weights { get; }

    /// <summary>Priors per cell, and per wider cell where the context or the action is empty.</summary>
    public IReadOnlyDictionary<EvidenceKey, PriorCell> Priors => priors;

    /// <summary>Users to compare with: holdout first, then those without a message in the days kept, then the others; each in order of the panel.</summary>
    public ImmutableArray<ControlRecord> Controls { get; }

    /// <summary>s0²: variance of untreated ΔY, nats²; null when it is not known.</summary>
    public double? StratumVariance { get; }

    /// <summary>Totals per arm.</summary>
    public ImmutableArray<ArmTotals> Arms { get; }

    /// <summary>Effects per arm and day.</summary>
    public ImmutableArray<EffectBlock> Blocks { get; }

    /// <summary>Users in the panel.</summary>
    public int Panel { get; }

    /// <summary>The prior of a cell: its own, else that of its action in all contexts (Hold alone has one), else that of (context, set), else of the set, else what is known of nothing (method §9).</summary>
    public PriorCell Prior(string context, string set, string action) =>
        priors.TryGetValue(new EvidenceKey(Program, context, set, action), out var own) ? own
        : priors.TryGetValue(new EvidenceKey(Program, "", set, action), out var ofAction) ? ofAction
        : priors.TryGetValue(new EvidenceKey(Program, context, set, ""), out var ofContext) ? ofContext
        : priors.TryGetValue(new EvidenceKey(Program, "", set, ""), out var ofSet) ? ofSet
        : Unknown;

    /// <summary>Members of the cells that are small enough for one user's own counts to matter (method §9).</summary>
    public IReadOnlyDictionary<EvidenceKey, ImmutableArray<CellMember>> SmallCells { get; init; } = FrozenDictionary<EvidenceKey, ImmutableArray<CellMember>>.Empty;

    /// <summary>What the joint model knows of everybody; null where the program has another model, or before there are enough users.</summary>
    public PopulationSnapshot? Population { get; init; }

    /// <summary>The prior of a cell as one user sees it: where the cell or one above it is small and the user in it, it is fitted anew without the user.</summary>
    /// <param name="context">Cell of the user's state.</param>
    /// <param name="set">Action set.</param>
    /// <param name="action">Action.</param>
    /// <param name="agent">Hash of <see cref="ControlRecord.NameOf"/>.</param>
    /// <param name="strengthCap">M_max, as in the fold.</param>
    public PriorCell PriorWithout(string context, string set, string action, ulong agent, double strengthCap) =>
        PriorWithout(context, set, action, agent, strengthCap, beta: true, gaussian: true);

    /// <summary>The same prior of successes alone.</summary>
    internal BetaPosterior BetaWithout(string context, string set, string action, ulong agent, double strengthCap) =>
        PriorWithout(context, set, action, agent, strengthCap, beta: true, gaussian: false).Beta;

    /// <summary>The same prior of continuous effects alone.</summary>
    internal GaussianPosterior GaussianWithout(string context, string set, string action, ulong agent, double strengthCap) =>
        PriorWithout(context, set, action, agent, strengthCap, beta: false, gaussian: true).Gaussian;

    PriorCell PriorWithout(string context, string set, string action, ulong agent, double strengthCap, bool beta, bool gaussian)
    {
        // The panel of most programs leaves no cell so small that one user's own effects matter in it.
        var small = cells.Value;
        if (small.Count == 0)
        {
            return Prior(context, set, action);
        }

        var (anywhere, here) = (new EvidenceKey(Program, "", set, action), new EvidenceKey(Program, context, set, action));
        EvidenceKey[] levels = priors.ContainsKey(anywhere) ? [anywhere, here] : [new(Program, "", set, ""), new(Program, context, set, ""), here];
        if (!IsInAny(small, levels, agent))
        {
            return Prior(context, set, action);
        }

        var prior = Unknown;
        foreach (var level in levels)
        {
            if (!small.TryGetValue(level, out var cell))
            {
                prior = priors.GetValueOrDefault(level, prior);
                continue;
            }

            var success = beta ? cell.BetaWithout(agent, prior.Beta, strengthCap) : null;
            prior = new PriorCell(
                success?.Prior ?? prior.Beta,
                gaussian ? cell.GaussianWithout(agent, prior.Gaussian, strengthCap) : prior.Gaussian,
                success?.Source ?? prior.Source,
                cell.UsersWithout(agent));
        }

        return prior;
    }

    static bool IsInAny(FrozenDictionary<EvidenceKey, SmallCell> small, EvidenceKey[] levels, ulong agent)
    {
        foreach (var level in levels)
        {
            if (small.TryGetValue(level, out var cell) && cell.Has(agent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Beta(1, 1), and NIG(0, 1, 2, s0²): nothing is known.</summary>
    public PriorCell Unknown => new(default, new GaussianPosterior(0, 1, 2, StratumVariance is > 0 ? StratumVariance.Value : 1), PriorSource.Parent, 0);

    /// <summary>Pools of controls for an intervention: those of one market and lifecycle state, of the market, and all (method §5, widening). Without a market the last two are one.</summary>
    /// <param name="at">t_int.</param>
    /// <param name="state">Lifecycle state of the treated user.</param>
    /// <param name="trigger">Name of the event that triggered it; empty = none. The controls' own events of that name are then their triggers.</param>
    /// <param name="market">Market of the treated user; empty = none is known.</param>
    public ReadOnlyMemory<ControlUser>[] Strata(Instant at, LifecycleState state, string trigger = "", string market = "")
    {
        // Lifecycle is compared as of the start of the day, for the treated user and for controls alike, so that a day's interventions share their pools.
        var day = at.UtcDay;
        if (strata.Count > MostStrata)
        {
            strata.Clear();
        }

        return market.Length == 0
            ? [Stratum(day, state, null, trigger), Stratum(day, null, null, trigger)]
            : [Stratum(day, state, market, trigger), Stratum(day, null, market, trigger), Stratum(day, null, null, trigger)];
    }

    /// <summary>Lifecycle state at the start of the UTC day of a moment.</summary>
    public static LifecycleState LifecycleAt(AgentState state, Instant at)
    {
        ArgumentNullException.ThrowIfNull(state);
        var start = StartOf(at.UtcDay);
        return new Activity(state.FirstSeen, state.History.LastBefore(start), 0).LifecycleAt(start);
    }

    static Instant StartOf(int day) => new(day * 86_400_000L);

    ReadOnlyMemory<ControlUser> Stratum(int day, LifecycleState? state, string? market, string trigger) => strata.GetOrAdd((day, state, market, trigger), key =>
    {
        var start = StartOf(key.Day);
        return pool.Value
            .Where(one => key.Market is not { } market || one.Record.Market == market)
            .Where(one => key.State is not { } wanted || LifecycleOf(one.Record, start) == wanted)
            .Select(one => key.Trigger.Length == 0 ? one.User : one.User with { Triggers = TimesOf(one.Record, key.Trigger) })
            .ToArray();
    });

    static ImmutableArray<Instant> TimesOf(ControlRecord record, string type) => [.. record.Events.Where(e => e.Type == type).Select(e => e.At)];

    static LifecycleState LifecycleOf(ControlRecord record, Instant start)
    {
        Instant? last = null;
        foreach (var e in record.Events)
        {
            if (e.At >= start)
            {
                break;
            }

            last = e.At;
        }

        // The record's events begin a few weeks back; before that the day counters know whether there was any.
        if (last is null && record.Days.Days.LastOrDefault(day => day.Day < start.UtcDay) is { Events: > 0 } counted)
        {
            last = StartOf(counted.Day);
        }

        return new Activity(record.FirstSeen, last, 0).LifecycleAt(start);
    }

    ControlUser Weighed(ControlRecord record) => new(
        record.Agent,
        StableHash.Of(record.Agent),
        Weights.Weigh(record.Events.AsSpan()),
        record.ObservedSince,
        record.WithdrawnAt,
        record.Interventions,
        record.Holdout,
        record.FirstSeen,
        record.Days)
    {
        // A fold keeps the days whole that reach so far back; those before were cut off.
        CountedSince = Instant.Max(record.FirstSeen, StartOf((AsOf - CohortFold.LeastKept - CohortFold.CountedBefore).UtcDay)),
        SendsSince = DeliveryFacts.SendsKnownSince(record.Interventions, AsOf),
    };
}
