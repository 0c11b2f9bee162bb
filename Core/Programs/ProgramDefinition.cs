using System.Collections.Immutable;
using Aampe.Agents.Core.Audiences;

namespace Aampe.Agents.Core.Programs;

/// <summary>Where a program stands.</summary>
public enum ProgramState
{
    /// <summary>Being written; decides nothing.</summary>
    Draft,

    /// <summary>Decides and activates.</summary>
    Live,

    /// <summary>Decides nothing until it is live again; effects of earlier sends are still measured.</summary>
    Paused,

    /// <summary>Over for good.</summary>
    Archived,
}

/// <summary>What a live program does with what it decides.</summary>
public enum ProgramMode
{
    /// <summary>Activates it.</summary>
    Active,

    /// <summary>Records it: nothing is ever activated.</summary>
    Shadow,
}

/// <summary>
/// One marketing aim with everything agents need to act for it: goal, action sets, catalogue, guardrails, experiment.
/// A value of one version; a decision names the version that it used.
/// </summary>
public sealed record ProgramDefinition
{
    /// <summary>Key, unique in its workspace: letters, digits, <c>_</c> and <c>-</c>; 1 to 64.</summary>
    public required string Id { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>Number of this version; ≥ 1; set by the store.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Where it stands.</summary>
    public ProgramState State { get; init; } = ProgramState.Draft;

    /// <summary>Order among programs; smaller first.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>What it wants.</summary>
    public required Goal Goal { get; init; }

    /// <summary>Its action sets; 1 to 10.</summary>
    public required ImmutableArray<ActionSet> Sets { get; init; }

    /// <summary>Its catalogue; at least one message.</summary>
    public required ImmutableArray<Message> Messages { get; init; }

    /// <summary>Its own limits, beside those of the workspace.</summary>
    public Guardrails Guardrails { get; init; } = Guardrails.None;

    /// <summary>For whom it is; null = everybody.</summary>
    public AudienceRule? Audience { get; init; }

    /// <summary>Whether it acts or only watches.</summary>
    public ProgramMode Mode { get; init; }

    /// <summary>Share of users, in percent, that it has reached so far: a hash of program and user tells who; 1 to 100. A larger share only adds users.</summary>
    public int RampPercent { get; init; } = 100;

    /// <summary>How users are split among arms.</summary>
    public required ExperimentPlan Experiment { get; init; }

    /// <summary>Settings of learning.</summary>
    public Learning Learning { get; init; } = new();

    /// <summary>The rules arm; null when it has no weight.</summary>
    public RulesBaseline? Rules { get; init; }

    /// <summary>Whether agents contact users by themselves on their schedule; false = only when a backend asks.</summary>
    public bool Scheduled { get; init; } = true;

    /// <summary>Event of the user that a contact answers; empty = contacts come by schedule. With one the agent plans a contact when the user does this, and at no other time.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Days between contacts where the program has no gap set; 1 to 30.</summary>
    public int EveryDays { get; init; } = 1;

    /// <summary>How long a decision may wait for its activation.</summary>
    public TimeSpan ExpiresAfter { get; init; } = TimeSpan.FromHours(6);
}
