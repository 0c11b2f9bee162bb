using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>When an agent speaks next: gap and slot are action sets like any other, drawn when the contact is planned (method §10, Timing).</summary>
public static class Scheduling
{
    /// <summary>An agent without a plan looks again after this long: a program may have gone live since.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromHours(24);

    /// <summary>An event that comes later than this is answered by nobody: the moment has passed.</summary>
    public static readonly TimeSpan LongestLate = TimeSpan.FromHours(1);

    const int QuietTries = 16;

    /// <summary>Plans a first contact for every live program that has none planned.</summary>
    public static void EnsurePlanned(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.State.MergedInto.Length > 0 || step.State.FirstSeen == Instant.Latest)
        {
            return;
        }

        foreach (var program in step.Rules.Programs)
        {
            if (!IsUnplanned(step.State, program))
            {
                continue;
            }

            if (program.Definition.Trigger.Length > 0)
            {
                PlanAnswer(step, program);
                continue;
            }

            var standing = step.State.Standings.GetValueOrDefault(program.Definition.Id) ?? new ProgramStanding { Since = step.At };
            var plan = Plan(step, program, standing, "first");
            step.State = step.State with { Standings = step.State.Standings.SetItem(program.Definition.Id, standing with { NextContact = plan.At, Slot = plan.Slot, Gap = plan.Gap }) };
            step.Tell("planned", step.At, ("programId", program.Definition.Id), ("next", plan.Record));
        }
    }

    static bool IsUnplanned(AgentState state, ProgramRules program) =>
        program.Definition is { Scheduled: true, State: ProgramState.Live } && (program.Definition.Trigger.Length == 0
            ? state.Standings.GetValueOrDefault(program.Definition.Id) is not { NextContact: not null }
            : state.Standings.GetValueOrDefault(program.Definition.Id) is { TriggeredAt: not null, NextContact: null });

    /// <summary>Notes an event that programs answer: the first one that waits for no contact yet, if its moment has not passed.</summary>
    public static void Trigger(AgentStep step, string name, Instant at)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (var program in step.Rules.Programs)
        {
            if (program.Definition.Trigger != name || program.Definition.State != ProgramState.Live || step.At - at > LongestLate)
            {
                continue;
            }

            var id = program.Definition.Id;
            var standing = step.State.Standings.GetValueOrDefault(id) ?? new ProgramStanding { Since = step.At };
            if (standing.TriggeredAt is null)
            {
                step.State = step.State with { Standings = step.State.Standings.SetItem(id, standing with { TriggeredAt = at }) };
            }
        }
    }

    /// <summary>Whether an event waits for its answer to be planned: whoever told the agent of it may wake it at once.</summary>
    public static bool Answers(AgentState state, AgentRules rules)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var program in rules.Programs)
        {
            if (program.Definition.Trigger.Length > 0 && IsUnplanned(state, program))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A contact that answered an event is over; the next such event plans the next.</summary>
    public static void Answered(AgentStep step, ProgramRules program)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        var id = program.Definition.Id;
        if (step.State.Standings.GetValueOrDefault(id) is { } standing)
        {
            step.State = step.State with { Standings = step.State.Standings.SetItem(id, standing with { NextContact = null, TriggeredAt = null }) };
        }
    }

    // Drawn by the agent's next step of its own, as a first contact is, and kept with it: a restart forgets neither the event nor the minutes.
    static void PlanAnswer(AgentStep step, ProgramRules program)
    {
        var id = program.Definition.Id;
        var standing = step.State.Standings[id];
        var trigger = standing.TriggeredAt!.Value;
        var rng = $"{step.State.Incarnation}/{id}/answer/{trigger.UnixMilliseconds}/{step.State.Ordinal}";
        var arm = program.ArmOf(step.State.Id);
        var sets = new JsonArray();
        var delay = 0;
        if (program.Delay is { } set && arm != Arms.Rules)
        {
            var choice = Choose(step, program, standing, arm, set, set.Actions.Where(action => !action.Retired).Select(action => action.Id), rng);
            sets.Add(DecisionRecord.Of(choice, Dimension.Delay));
            delay = TimingCredit.Minutes(choice.Action);
        }

        var at = Instant.Max(step.At, trigger + TimeSpan.FromMinutes(delay));
        step.State = step.State with { Standings = step.State.Standings.SetItem(id, standing with { NextContact = at }) };
        var record = new JsonObject { ["at"] = at.ToString(), ["trigger"] = trigger.ToString(), ["rng"] = rng, ["sets"] = sets };
        step.Tell("planned", step.At, ("programId", id), ("next", record));
    }

    /// <summary>A planned contact.</summary>
    /// <param name="At">When.</param>
    /// <param name="Slot">Slot that was drawn; empty = no slot set.</param>
    /// <param name="Gap">Days that were drawn; empty = no gap set, or a first contact.</param>
    /// <param name="Record">The draw, as the decision that planned it keeps it.</param>
    public sealed record Planned(Instant At, string Slot, string Gap, JsonObject Record);

    /// <summary>Draws gap and slot of the next contact.</summary>
    /// <param name="step">The step; the plan counts from its moment.</param>
    /// <param name="program">The program.</param>
    /// <param name="standing">How it stands.</param>
    /// <param name="key">What the draw belongs to: a decision id, or "first".</param>
    public static Planned Plan(AgentStep step, ProgramRules program, ProgramStanding standing, string key)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(standing);
        var rng = $"{step.State.Incarnation}/{program.Definition.Id}/plan/{key}/{step.State.Ordinal}";
        var arm = program.ArmOf(step.State.Id);
        var today = LocalTime.DateOf(step.At, step.Zone.Id);
        if (arm == Arms.Rules && program.Definition.Rules is { } rules)
        {
            var day = today.AddDays(key == "first" ? 1 : rules.EveryDays);
            // A quarter of an hour of jitter keeps a whole market from falling due in one second.
            var minutes = new SeededRandom(rng).Next(15);
            var at = LocalTime.At(day, new TimeOnly(rules.Hour, minutes), step.Zone.Id);
            return new Planned(at, "", "", new JsonObject { ["at"] = at.ToString() });
        }

        var sets = new JsonArray();
        var gap = key == "first" ? "" : Gap(step, program, standing, arm, rng, sets);
        var date = today.AddDays(key == "first" ? 1 : gap.Length > 0 ? int.Parse(gap, CultureInfo.InvariantCulture) : program.Definition.EveryDays);
        var slot = DrawSlot(step, program, standing, arm, date, rng, sets);
        var moment = Moment(step, program, date, slot, rng);
        return new Planned(moment, slot, gap, new JsonObject { ["at"] = moment.ToString(), ["rng"] = rng, ["sets"] = sets });
    }

    /// <summary>When the agent wants to be woken next; null = not before its next event.</summary>
    public static Instant? NextDue(AgentState state, AgentRules rules, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rules);
        Instant? due = Revising.IsDue(state) ? now : null;
        foreach (var decision in state.Decisions)
        {
            due = Earlier(due, Settling.DueOf(state, decision, rules, now));
            if (Handovers.IsWaiting(decision))
            {
                due = Earlier(due, decision.ExpiresAt);
            }
        }

        if (state.MergedInto.Length > 0 || state.FirstSeen == Instant.Latest)
        {
            return due;
        }

        foreach (var (id, standing) in state.Standings)
        {
            if (rules.Find(id) is { Definition.State: ProgramState.Live })
            {
                due = Earlier(due, standing.NextContact);
            }
        }

        // A first contact is planned by the agent's next step of its own, not by the events that bring it: by then all that came with them is known,
        // however they were cut into batches.
        return rules.Programs.Any(program => IsUnplanned(state, program)) ? Earlier(due, now) : Earlier(due, now + Heartbeat);
    }

    static Instant? Earlier(Instant? a, Instant? b) => a is { } x && b is { } y ? Instant.Min(x, y) : a ?? b;

    static string Gap(AgentStep step, ProgramRules program, ProgramStanding standing, string arm, string rng, JsonArray sets)
    {
        if (program.Gap is not { } set)
        {
            return "";
        }

        var choice = Choose(step, program, standing, arm, set, set.Actions.Where(action => !action.Retired).Select(action => action.Id), rng);
        sets.Add(DecisionRecord.Of(choice, Dimension.Gap));
        return choice.Action;
    }

    static string DrawSlot(AgentStep step, ProgramRules program, ProgramStanding standing, string arm, DateOnly date, string rng, JsonArray sets)
    {
        if (program.Slot is not { } set)
        {
            return "";
        }

        // The kind of day follows from the date; what is drawn is the part of it.
        var weekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var open = set.Actions.Where(action => !action.Retired && Slot.IsWeekend(action.Id) == weekend).Select(action => action.Id).ToList();
        if (open.Count == 0)
        {
            return "";
        }

        var choice = Choose(step, program, standing, arm, set, open, rng);
        sets.Add(DecisionRecord.Of(choice, Dimension.Slot));
        return choice.Action;
    }

    static Choice Choose(AgentStep step, ProgramRules program, ProgramStanding standing, string arm, ActionSet set, IEnumerable<string> open, string rng)
    {
        var context = Deciding.ContextOf(step.State, step.At);
        var joint = set.Dimension == Dimension.Slot ? step.Believed(program) : null;
        ImmutableArray<EligibleAction> actions = joint is null ? Deciding.Believe(step, program, context, set, open) : [.. open.Select(action => joint.ActionOf(set, action))];
        // A plan names its generator's key alone: it stays with the first sampler.
        var random = new SeededRandom($"{rng}/{set.Id}");
        if (arm == Arms.Agentic && joint is not null)
        {
            var plan = joint.Plan(program, Deciding.IsRandomDay(step, program, standing), program.MessageIds, step.At);
            var sampling = new SamplingOptions(plan.Sampled, plan.Uniform);
            return ThompsonSampling.Choose(set.Id, actions, sampling.DrawSampled(new SeededRandom($"{rng}/{set.Id}/share")), sampling, random);
        }

        return arm != Arms.Agentic || Deciding.IsRandomDay(step, program, standing) || (program.Joint is not null && set.Dimension == Dimension.Slot)
            ? ThompsonSampling.ChooseUniformly(set.Id, actions, random)
            : ThompsonSampling.Choose(set.Id, actions, program.Sampling.DrawSampled(new SeededRandom($"{rng}/{set.Id}/share")), program.Sampling with { Exploration = set.Exploration }, random);
    }

    static Instant Moment(AgentStep step, ProgramRules program, DateOnly date, string slot, string rng)
    {
        var random = new SeededRandom(rng + "/moment");
        var quiet = step.Rules.Settings.Guardrails.Quiet.AddRange(program.Definition.Guardrails.Quiet);
        var blackouts = step.Rules.Settings.Guardrails.Blackouts.AddRange(program.Definition.Guardrails.Blackouts);
        var (from, to) = slot.Length > 0 ? Slot.Hours(slot) : (9, 20);
        var moment = At(random.NextDouble());
        // A moment in the quiet hours would only be refused when it comes: draw again inside the slot. Whatever remains is refused then.
        for (var i = 0; i < QuietTries && (moment <= step.At || Quiet.IsQuiet(moment, step.Zone, quiet, "push") || Quiet.IsBlack(moment, blackouts, "push")); i++)
        {
            moment = At(random.NextDouble());
        }

        return Instant.Max(moment, step.At + TimeSpan.FromMinutes(1));

        Instant At(double uniform) =>
            LocalTime.At(date, new TimeOnly(from, 0).Add(TimeSpan.FromSeconds(Math.Floor(uniform * (to - from) * 3600))), step.Zone.Id);
    }
}
