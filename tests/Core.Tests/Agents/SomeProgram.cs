using System.Collections.Frozen;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>A small program: frequency, slot, channel × tone × offer, and a catalogue with every combination.</summary>
static class SomeProgram
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(6);

    static readonly string[] channels = ["push", "in_app"];
    static readonly string[] tones = ["warm", "plain"];
    static readonly string[] offers = ["none", "free_delivery", "discount"];

    /// <summary>Everybody is in the agentic arm unless told otherwise.</summary>
    public static ProgramDefinition Of(string id = "basket") => new()
    {
        Id = id,
        Name = id,
        Version = 3,
        State = ProgramState.Live,
        Goal = new Goal { Id = "orders", Events = FrozenSet.Create(StringComparer.Ordinal, "order_placed") },
        Sets =
        [
            Set("frequency", Dimension.Frequency, [Drawing.Hold, Drawing.Send]),
            Set("slot", Dimension.Slot, [.. Slot.All]),
            Set("channel", Dimension.Channel, channels),
            Set("tone", Dimension.Content, tones),
            Set("offer", Dimension.Incentive, offers),
        ],
        Messages = [.. from channel in channels from tone in tones from offer in offers select Message(channel, tone, offer)],
        Experiment = new ExperimentPlan("salt-" + id, 1, 0, 0, 0),
        Rules = new RulesBaseline(10, 2, ["push-warm-none", "in_app-plain-discount", "push-plain-free_delivery"]),
    };

    public static ActionSet Set(string id, Dimension dimension, string[] actions) =>
        new() { Id = id, Name = id, Dimension = dimension, Actions = [.. actions.Select(action => new ActionDefinition(action, action, false))] };

    public static Message Message(string channel, string tone, string offer) => new()
    {
        Id = $"{channel}-{tone}-{offer}",
        Name = $"{channel} {tone} {offer}",
        Channel = channel,
        Labels = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("channel", channel), KeyValuePair.Create("tone", tone), KeyValuePair.Create("offer", offer)]),
        Content = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("title", "Hello")]),
    };

    public static ProgramDefinition Arms(this ProgramDefinition program, int agentic, int random, int rules, int holdout) =>
        program with { Experiment = program.Experiment with { Agentic = agentic, Random = random, Rules = rules, Holdout = holdout } };

    public static ProgramDefinition Sampling(this ProgramDefinition program, double share) => program with { Learning = program.Learning with { SampleShare = share } };

    /// <summary>Without its frequency set: every decision that may speak does.</summary>
    public static ProgramDefinition AlwaysSends(this ProgramDefinition program) => program with { Sets = [.. program.Sets.Where(set => set.Dimension != Dimension.Frequency)] };

    public static ProgramDefinition OnlyOver(this ProgramDefinition program, string channel) => program with { Messages = [.. program.Messages.Where(message => message.Channel == channel)] };

    /// <summary>Without some combinations, so that propensities must be estimated.</summary>
    public static ProgramDefinition WithHoles(this ProgramDefinition program) => program with { Messages = [.. program.Messages.Where((_, i) => i is not (1 or 5 or 6 or 8))] };

    public static AgentRules Rules(params ProgramDefinition[] programs) => Rules(new WorkspaceSettings { Guardrails = Guardrails.None }, programs);

    public static AgentRules Rules(WorkspaceSettings settings, params ProgramDefinition[] programs) =>
        new(settings, programs.Select(program => new ProgramRules(program, CohortSnapshot.None(program.Id), Grace)), "secret");

    /// <summary>The same rules with another fold for every program.</summary>
    public static AgentRules Knowing(this AgentRules rules, Func<ProgramDefinition, CohortSnapshot> cohort) =>
        new(rules.Settings, rules.Programs.Select(one => new ProgramRules(one.Definition, cohort(one.Definition), one.Effect.Grace)), rules.IncarnationKey);
}
