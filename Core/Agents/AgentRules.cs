using System.Collections.Frozen;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>One program as an agent acts for it: what marketers own, and what the cohort knows.</summary>
public sealed class ProgramRules
{
    readonly FrozenDictionary<string, Message> messages;
    readonly Lazy<FrozenDictionary<string, CatalogueMessage>> carrying;

    /// <summary>Joins a program with its cohort.</summary>
    /// <param name="definition">The live (or paused) version.</param>
    /// <param name="cohort">Newest fold; <see cref="CohortSnapshot.None"/> before the first.</param>
    /// <param name="grace">G: how long after a window its events may still arrive.</param>
    public ProgramRules(ProgramDefinition definition, CohortSnapshot cohort, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Definition = definition;
        Cohort = cohort;
        messages = definition.Messages.ToFrozenDictionary(message => message.Id, StringComparer.Ordinal);
        Effect = new EffectOptions
        {
            Window = definition.Goal.Window,
            HalfLife = definition.Goal.HalfLife is { } span ? new HalfLife(span) : HalfLife.Infinite,
            Neighbours = definition.Learning.Neighbours,
            FewestNeighbours = definition.Learning.FewestNeighbours,
            ShortestWindow = definition.Learning.ShortestWindow,
            Grace = grace,
            Features = definition.Learning.Features,
            Overlap = definition.Learning.Overlap,
            Baseline = definition.Learning.Baseline,
            Adjust = definition.Learning.Adjust,
            DayWeights = DayWeights.Of(cohort.Weights, definition.Goal.Events),
            Threshold = definition.Learning.Success switch
            {
                SuccessRule.ControlMedian => Threshold.ControlMedian,
                SuccessRule.StandardError => Threshold.StandardError,
                SuccessRule.PlaceboRank => Threshold.PlaceboRank,
                _ => Threshold.Zero,
            },
            StandardErrors = definition.Learning.StandardErrors,
        };
        Frequency = Single(Dimension.Frequency);
        Slot = Single(Dimension.Slot);
        Gap = Single(Dimension.Gap);
        Delay = Single(Dimension.Delay);
        Plan = Arms.PlanOf(definition.Experiment);
        // The sets of a decision are drawn and matched together, so they share one ε: the largest that any of them asks for.
        var drawn = definition.Sets.Where(set => set.Dimension is not (Dimension.Slot or Dimension.Gap or Dimension.Delay)).Select(set => set.Exploration).DefaultIfEmpty(0.01).Max();
        Sampling = new SamplingOptions(definition.Learning.SampleShare, drawn);
        ContentSets = [.. definition.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel)];
        Channels = [.. definition.Messages.Select(message => message.Channel).Distinct(StringComparer.Ordinal)];
        MessageIds = [.. definition.Messages.Select(message => message.Id)];
        carrying = new(() => definition.Messages.ToFrozenDictionary(
            message => message.Id, message => new CatalogueMessage(message.Id, Drawing.Actions(ContentSets.Select(set => (set.Id, set.Dimension)), message)), StringComparer.Ordinal));
        Catalogue = new CatalogueTable(definition.Messages, ContentSets);
        Joint = definition.Learning.Posterior == PosteriorKind.Joint ? new JointSets(definition) : null;
    }

    /// <summary>The version that holds.</summary>
    public ProgramDefinition Definition { get; }

    /// <summary>What the cohort knows.</summary>
    public CohortSnapshot Cohort { get; }

    /// <summary>How its effects are measured.</summary>
    public EffectOptions Effect { get; }

    /// <summary>φ and ε of its decisions.</summary>
    public SamplingOptions Sampling { get; }

    /// <summary>Buckets of its arms.</summary>
    public ArmPlan Plan { get; }

    /// <summary>The arm of a user.</summary>
    public string ArmOf(string userId) => Arms.Of(Definition.Experiment.Salt, Plan, userId);

    /// <summary>The hold-or-send set; null when the program has none.</summary>
    public ActionSet? Frequency { get; }

    /// <summary>The set of dayparts; null when the program has none.</summary>
    public ActionSet? Slot { get; }

    /// <summary>The set of days between contacts; null when the program has none.</summary>
    public ActionSet? Gap { get; }

    /// <summary>The sets as coefficients; null where the program has another model.</summary>
    public JointSets? Joint { get; }

    /// <summary>The set of minutes after the trigger; null when the program has none.</summary>
    public ActionSet? Delay { get; }

    /// <summary>
    /// Whether an effect teaches evidence of a set's actions. The joint model learns from whole days, all messages of a window together; the effect of one is
    /// measured beside it, for people. What chooses the days and minutes between contacts is not in it.
    /// </summary>
    public bool LearnsEvidence(string set) => Joint is null || Set(set)?.Dimension is Dimension.Gap or Dimension.Delay;

    /// <summary>Sets whose actions messages carry.</summary>
    public ImmutableArray<ActionSet> ContentSets { get; }

    /// <summary>Channels of its messages.</summary>
    public ImmutableArray<string> Channels { get; }

    /// <summary>Ids of the catalogue, in its order.</summary>
    internal ImmutableArray<string> MessageIds { get; }

    /// <summary>The catalogue as places of its actions.</summary>
    internal CatalogueTable Catalogue { get; }

    /// <summary>A message of the catalogue, or null.</summary>
    public Message? Message(string id) => messages.GetValueOrDefault(id);

    /// <summary>A message of the catalogue with its actions, as a match sees it.</summary>
    internal CatalogueMessage Carrying(string id) => carrying.Value[id];

    /// <summary>A set by id, or null.</summary>
    public ActionSet? Set(string id)
    {
        foreach (var set in Definition.Sets)
        {
            if (set.Id == id)
            {
                return set;
            }
        }

        return null;
    }

    ActionSet? Single(Dimension dimension)
    {
        foreach (var set in Definition.Sets)
        {
            if (set.Dimension == dimension)
            {
                return set;
            }
        }

        return null;
    }
}

/// <summary>All that an agent goes by and does not own: settings, programs, cohorts. One value, the same for a whole step.</summary>
public sealed class AgentRules
{
    readonly FrozenDictionary<string, ProgramRules> byId;

    /// <summary>Joins settings and programs.</summary>
    /// <param name="settings">Workspace settings.</param>
    /// <param name="programs">Live and paused programs in any order.</param>
    /// <param name="incarnationKey">Secret of the installation that incarnations follow from.</param>
    public AgentRules(WorkspaceSettings settings, IEnumerable<ProgramRules> programs, string incarnationKey)
    {
        Settings = settings;
        IncarnationKey = incarnationKey;
        Programs = [.. programs.OrderBy(one => one.Definition.Priority).ThenBy(one => one.Definition.Id, StringComparer.Ordinal)];
        byId = Programs.ToFrozenDictionary(one => one.Definition.Id, StringComparer.Ordinal);
        Goals = Programs.SelectMany(one => one.Definition.Goal.Events).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Workspace settings.</summary>
    public WorkspaceSettings Settings { get; }

    /// <summary>Live and paused programs by priority, then id.</summary>
    public ImmutableArray<ProgramRules> Programs { get; }

    /// <summary>Goal events of any program: what the day counters count as goals.</summary>
    public FrozenSet<string> Goals { get; }

    /// <summary>Secret of the installation that incarnations follow from.</summary>
    public string IncarnationKey { get; }

    /// <summary>What this silo has heard of what is spent of budgets.</summary>
    public KnownSpending Spending { get; init; } = new();

    /// <summary>When no events could be taken.</summary>
    public ImmutableArray<Window> Outages { get; init; } = [];

    /// <summary>A program by id, or null.</summary>
    public ProgramRules? Find(string id) => byId.GetValueOrDefault(id);
}
