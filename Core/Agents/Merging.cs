using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>How an anonymous user's life joins a known user's, once.</summary>
public static class Merging
{
    /// <summary>
    /// Why an anonymous agent may not give its life away; null when it may. A public key may only claim what its own source created and nobody has
    /// claimed yet: a browser must not be able to take over other people's histories.
    /// </summary>
    public static string? Refusal(AgentState anonymous, string into, string source, bool trusted)
    {
        ArgumentNullException.ThrowIfNull(anonymous);
        if (anonymous.MergedInto.Length > 0 && anonymous.MergedInto != into)
        {
            return $"The anonymous id '{anonymous.Id}' already belongs to another user.";
        }

        return trusted || anonymous.CreatedBy.Length == 0 || anonymous.CreatedBy == source
            ? null
            : $"The anonymous id '{anonymous.Id}' was created by source '{anonymous.CreatedBy}'; a public key of '{source}' cannot claim it.";
    }

    /// <summary>The anonymous agent gives its life away: from now on its events go to the other.</summary>
    public static void Release(AgentStep step, string into)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.State.MergedInto == into)
        {
            return;
        }

        foreach (var decision in step.State.Decisions)
        {
            if (Handovers.IsWaiting(decision))
            {
                Handovers.Close(step, decision, DecisionStage.Superseded, step.At);
            }
        }

        // What the user does from now on is seen by the other agent only: a window that is still open here can no longer be read.
        step.State = step.State with { MergedInto = into, WithdrawnAt = step.State.WithdrawnAt is { } at ? Instant.Min(at, step.At) : step.At };
        step.Tell("merge", step.At, ("into", into));
    }

    /// <summary>The known user's agent takes an anonymous life over: events, counters, evidence, sends. A second time changes nothing.</summary>
    /// <param name="step">The step of the known user's agent.</param>
    /// <param name="other">The anonymous agent's last state.</param>
    /// <param name="journal">Its journal in order: what happened to it happened to this user.</param>
    public static void Join(AgentStep step, AgentState other, IEnumerable<JsonObject> journal)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(journal);
        var state = step.State;
        if (state.MergedFrom.Contains(other.Agent) || other.Agent == state.Agent)
        {
            return;
        }

        var known = state.History.Events.Select(e => e.Id).ToHashSet();
        var fresh = other.History.Events.Where(e => !known.Contains(e.Id)).ToList();
        var seen = other.Seen.Entries.Where(entry => !state.Seen.Contains(entry.Id)).ToList();
        var history = state.History.With(fresh, step.At);
        step.State = state with
        {
            FirstSeen = Instant.Min(state.FirstSeen, other.FirstSeen),
            LastSeen = Instant.Max(state.LastSeen, other.LastSeen),
            History = history with
            {
                Days = state.History.Days.Merge(other.History.Days),
                CompleteSince = Instant.Max(history.CompleteSince, other.History.CompleteSince),
            },
            Seen = seen.Count > 0 ? state.Seen.With(seen) : state.Seen,
            Applied = Marks(state.Applied, other),
            Attributes = other.Attributes.SetItems(state.Attributes),
            Addresses = DeadAddresses.Joined(state.Addresses, other.Addresses),
            Zone = state.Zone ?? other.Zone,
            Consents = Consenting.Trimmed([.. state.Consents.Concat(other.Consents).OrderBy(entry => entry.At)]),
            Evidence = Evidence(step, other),
            JointEffects = JointEffects(state, other),
            Sends = [.. state.Sends.Concat(other.Sends).OrderBy(send => send.At)],
            MergedFrom = state.MergedFrom.Add(other.Agent),
            // Numbers of decisions are those of both lives; none is given twice.
            Ordinal = state.Ordinal + other.Ordinal,
            Counters = new AgentCounters(
                state.Counters.Events + other.Counters.Events,
                state.Counters.Duplicates + other.Counters.Duplicates,
                state.Counters.Late + other.Counters.Late,
                state.Counters.Sends + other.Counters.Sends,
                state.Counters.Holds + other.Counters.Holds,
                state.Counters.Effects + other.Counters.Effects,
                state.Counters.NotIdentified + other.Counters.NotIdentified),
        };
        foreach (var entry in journal)
        {
            step.Retell(entry, other.Agent);
        }

        step.Tell("merge", step.At, ("from", other.Agent), ("events", other.Counters.Events));
    }

    static ImmutableSortedDictionary<EvidenceKey, Posteriors.Evidence> Evidence(AgentStep step, AgentState other)
    {
        var joined = step.State.Evidence.ToBuilder();
        foreach (var (key, evidence) in other.Evidence)
        {
            var halfLife = step.Rules.Find(key.Program)?.Set(key.Set) is ActionSet set ? set.ForgettingHalfLife : null;
            joined[key] = joined.TryGetValue(key, out var own) ? own.Merge(evidence, halfLife) : evidence;
        }

        return joined.ToImmutable();
    }

    // Rows of the same sets and outcome add up; else the known user's own stay.
    static ImmutableSortedDictionary<string, AgentEffects> JointEffects(AgentState state, AgentState other)
    {
        var joined = state.JointEffects.ToBuilder();
        foreach (var (program, effects) in other.JointEffects)
        {
            joined[program] = !joined.TryGetValue(program, out var own) ? effects
                : own.Sets == effects.Sets && own.Outcome == effects.Outcome ? own with { Statistic = own.Statistic.Merge(effects.Statistic), Skipped = own.Skipped + effects.Skipped }
                : own;
        }

        return joined.ToImmutable();
    }

    // What the other life was sent stays apart from what was sent to this one: both may lie in one partition, and neither's offsets say anything of the other's.
    static ImmutableArray<Watermark> Marks(ImmutableArray<Watermark> mine, AgentState other)
    {
        foreach (var mark in other.Applied.Select(mark => mark.From.Length == 0 ? mark with { From = other.Agent } : mark))
        {
            var at = mine.IndexOf(mine.FirstOrDefault(known => known with { Offset = mark.Offset } == mark, mark));
            mine = at < 0 ? mine.Add(mark) : mine[at].Offset < mark.Offset ? mine.SetItem(at, mark) : mine;
        }

        return mine;
    }
}
