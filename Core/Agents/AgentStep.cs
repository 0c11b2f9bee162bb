using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>A decision made in a step.</summary>
/// <param name="Id">"dec_…".</param>
/// <param name="Program">Program id.</param>
/// <param name="At">When.</param>
/// <param name="Record">Canonical JSON.</param>
public sealed record MadeDecision(string Id, string Program, Instant At, byte[] Record);

/// <summary>An effect that became final in a step.</summary>
/// <param name="DecisionId">Its decision.</param>
/// <param name="Program">Program id.</param>
/// <param name="At">When it became final.</param>
/// <param name="Receipt">Canonical JSON.</param>
public sealed record FinalEffect(string DecisionId, string Program, Instant At, byte[] Receipt);

/// <summary>What a step wants of the outbox.</summary>
/// <param name="DecisionId">Key of the row.</param>
/// <param name="Channel">Channel of the message.</param>
/// <param name="Due">Next attempt; null = the row goes.</param>
/// <param name="InFlight">Whether the attempt is marked as begun.</param>
/// <param name="Attempts">Attempts made so far.</param>
public sealed record OutboxChange(string DecisionId, string Channel, Instant? Due, bool InFlight, int Attempts);

/// <summary>
/// One step of an agent on its way: the state so far and everything that must be stored with it, in one commit or not at all.
/// Functions of this folder take a step and move it on; none of them keeps anything elsewhere.
/// </summary>
public sealed class AgentStep
{
    readonly List<JournalEntry> journal = [];
    readonly List<OutboxChange> outbox = [];
    List<MadeDecision>? decisions;
    List<FinalEffect>? effects;
    List<Bill>? bills;
    List<string>? refunds;
    AgentState state;
    (BeliefSource From, JointBelief? Joint)? believed;
    // Entries told since the state was taken last: most steps only count them, and a state is a copy of everything.
    int toldSince;

    /// <summary>Begins a step.</summary>
    /// <param name="state">The agent before it.</param>
    /// <param name="rules">What it goes by.</param>
    /// <param name="at">Moment of the step; never earlier than the agent's last.</param>
    public AgentStep(AgentState state, AgentRules rules, Instant at)
    {
        ArgumentNullException.ThrowIfNull(state);
        At = Instant.Max(at, state.ActedAt);
        this.state = state with { ActedAt = At };
        Rules = rules;
        Spending = rules.Spending.Newest;
    }

    /// <summary>What the agent goes by.</summary>
    public AgentRules Rules { get; }

    /// <summary>Moment of the step.</summary>
    public Instant At { get; }

    /// <summary>What is known to be spent of budgets, the same for the whole step.</summary>
    public ImmutableDictionary<SpendingSlot, decimal> Spending { get; init; }

    /// <summary>What is spent of a budget, with what this step spends.</summary>
    public decimal SpentOf(SpendingSlot slot)
    {
        var spent = Spending.GetValueOrDefault(slot);
        foreach (var bill in Bills)
        {
            foreach (var line in bill.Lines)
            {
                spent += line.Slot == slot ? line.Amount : 0;
            }
        }

        return spent;
    }

    /// <summary>What the step takes from budgets: it may be stored once the ledger has given all of it.</summary>
    public IReadOnlyList<Bill> Bills => bills ?? (IReadOnlyList<Bill>)[];

    /// <summary>Decisions that counted as sent and are proved not to be: what was paid for them goes back once the step is stored.</summary>
    public IReadOnlyList<string> Refunds => refunds ?? (IReadOnlyList<string>)[];

    /// <summary>What is believed of a program's messages now: the same for the decision and for the plan of the next, until something that it follows from changes.</summary>
    internal JointBelief? Believed(ProgramRules program)
    {
        var from = new BeliefSource(program, state.Sends, state.JointEffects, state.History, state.Zone, state.FirstSeen, state.WithdrawnAt);
        if (believed is not { } last || last.From != from)
        {
            last = (from, JointBelief.Of(state, program, At));
            believed = last;
        }

        return last.Joint;
    }

    /// <summary>The agent so far.</summary>
    public AgentState State
    {
        get
        {
            if (toldSince > 0)
            {
                state = state with { JournalLength = state.JournalLength + toldSince };
                toldSince = 0;
            }

            return state;
        }

        set => (state, toldSince) = (value, 0);
    }

    /// <summary>The agent so far, all but the length of its journal: for questions that come with each event.</summary>
    internal AgentState Before => state;

    /// <summary>Length of its journal so far.</summary>
    internal long JournalLength => state.JournalLength + toldSince;

    /// <summary>Decisions made.</summary>
    public IReadOnlyList<MadeDecision> Decisions => decisions ?? (IReadOnlyList<MadeDecision>)[];

    /// <summary>Effects that became final.</summary>
    public IReadOnlyList<FinalEffect> Effects => effects ?? (IReadOnlyList<FinalEffect>)[];

    /// <summary>Changes of the outbox, in order.</summary>
    public IReadOnlyList<OutboxChange> Outbox => outbox;

    /// <summary>Entries written to the journal.</summary>
    public int JournalEntries => journal.Count;

    /// <summary>Whether a row was put into the outbox that is due.</summary>
    public bool HasOutgoing => outbox.Exists(change => change is { Due: not null, InFlight: false });

    /// <summary>What the step tells, in order.</summary>
    internal ReadOnlySpan<JournalEntry> Told => CollectionsMarshal.AsSpan(journal);

    /// <summary>The journal of the step, packed (<see cref="AgentJournal"/>); empty when there is nothing to tell.</summary>
    public byte[] JournalBytes() => AgentJournal.Pack(this).ToArray();

    /// <summary>A new agent, before its first event.</summary>
    /// <param name="tenant">Tenant boundary.</param>
    /// <param name="agent">Agent without tenant.</param>
    /// <param name="incarnationKey">Secret of the installation.</param>
    /// <param name="life">Which life of the id it is, as its mark says (<see cref="Privacy.PersonMark.Life"/>); empty = the first.</param>
    public static AgentState Create(string tenant, string agent, string incarnationKey, string life = "") => new()
    {
        Tenant = tenant,
        Agent = agent,
        // Not guessable without the installation's secret, and the same on every replay of a log.
        Incarnation = StableHash.Of(incarnationKey + life, tenant, agent).ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Adds an entry to the journal.</summary>
    public void Tell(string kind, Instant at, params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        journal.Add(JournalEntry.Told(state.JournalLength + ++toldSince, kind, at, fields));
    }

    /// <summary>Adds an event to the journal.</summary>
    internal void Tell(in IncomingEvent e, EventFacts facts) => journal.Add(JournalEntry.Event(state.JournalLength + ++toldSince, e, facts));

    /// <summary>Takes an entry of another agent's journal over, as it was, under a number of this one.</summary>
    public void Retell(JsonObject entry, string from)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var copy = entry.DeepClone().AsObject();
        var sequence = state.JournalLength + ++toldSince;
        copy["seq"] = sequence;
        copy["from"] = from;
        journal.Add(JournalEntry.Retold(sequence, copy));
    }

    /// <summary>Notes a decision.</summary>
    public void Made(MadeDecision decision) => (decisions ??= []).Add(decision);

    /// <summary>Notes what a hand-over costs.</summary>
    internal void Owe(Bill bill) => (bills ??= []).Add(bill);

    /// <summary>Notes that a hand-over is undone.</summary>
    internal void Refund(string decisionId) => (refunds ??= []).Add(decisionId);

    /// <summary>Notes a final effect.</summary>
    public void Final(FinalEffect effect) => (effects ??= []).Add(effect);

    /// <summary>Wants something of the outbox; a later wish for the same decision replaces an earlier one.</summary>
    public void Want(OutboxChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        outbox.RemoveAll(earlier => earlier.DecisionId == change.DecisionId);
        outbox.Add(change);
    }

    /// <summary>Replaces a live decision by a changed one.</summary>
    public void Change(LiveDecision changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        for (var i = 0; i < State.Decisions.Length; i++)
        {
            if (State.Decisions[i].Id == changed.Id)
            {
                State = State with { Decisions = State.Decisions.SetItem(i, changed) };
                return;
            }
        }

        throw new ArgumentException($"{changed.Id} is not among the live decisions of {State.Agent}.", nameof(changed));
    }

    /// <summary>Id of the agent's decision number <paramref name="ordinal"/>: the same after any crash and retry.</summary>
    public static string DecisionId(AgentState state, long ordinal)
    {
        ArgumentNullException.ThrowIfNull(state);
        var key = $"{state.Tenant.Length}:{state.Tenant}{state.Agent.Length}:{state.Agent}{state.Incarnation}:{ordinal}";
        return "dec_" + Base32(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
    }

    /// <summary>Whether a decision id is of this agent, or of a life that joined it: a decision long settled proves itself, since nobody can make its id up.</summary>
    public bool IsOurs(string decisionId)
    {
        foreach (var agent in State.MergedFrom.Prepend(State.Agent))
        {
            var life = agent == State.Agent ? State : Create(State.Tenant, agent, Rules.IncarnationKey);
            for (var ordinal = State.Ordinal; ordinal >= 1; ordinal--)
            {
                if (DecisionId(life, ordinal) == decisionId)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The user's zone, or the workspace's where none is known.</summary>
    public UserZone Zone => State.Zone ?? new UserZone(Rules.Settings.TimeZone, UserZone.Workspace, At, null);

    // Crockford's alphabet: no letter that reads as a digit, no sign that a URL would escape.
    static string Base32(ReadOnlySpan<byte> bytes)
    {
        const string alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        var text = new StringBuilder(26);
        int bits = 0, held = 0;
        foreach (var one in bytes)
        {
            held = (held << 8) | one;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(alphabet[(held >> bits) & 31]);
            }
        }

        if (bits > 0)
        {
            text.Append(alphabet[(held << (5 - bits)) & 31]);
        }

        return text.ToString();
    }

    readonly record struct BeliefSource(
        ProgramRules Program, ImmutableArray<SentRecord> Sends, ImmutableSortedDictionary<string, AgentEffects> Effects, AgentHistory History, UserZone? Zone, Instant FirstSeen, Instant? WithdrawnAt);
}
