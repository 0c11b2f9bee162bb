using Aampe.Agents.Core.Time;
using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Interfaces.Agents;

/// <summary>
/// The agent of one user (key: <see cref="AgentKey"/>): history, posteriors, open decisions, schedule, consent and caps of one person.
/// Every method that changes something returns after the change is durable.
/// </summary>
[Alias("agents.IUserAgent")]
public interface IUserAgent : IGrainWithStringKey
{
    /// <summary>Takes a slice of the log: events of this user in offset order. What was applied before is dropped.</summary>
    [Alias("Observe")]
    ValueTask<ObserveResult> ObserveAsync(EventSlice slice);

    /// <summary>Decides now, or returns the decision that is already open.</summary>
    [Alias("Next")]
    ValueTask<NextResult> NextAsync(NextRequest request);

    /// <summary>The host commits to a decision: guardrails are checked again, then it counts as a treatment from now on.</summary>
    [Alias("Activate")]
    ValueTask<ActivationResult> ActivateAsync(string decisionId, Core.Time.Instant at);

    /// <summary>A decision was activated for a host that will never send it, since it stopped waiting or was given no copy: void, the caps are given back.</summary>
    [Alias("Forsake")]
    ValueTask ForsakeAsync(string decisionId, string why, Instant at);

    /// <summary>The host will not send: nothing is learned, the caps are given back.</summary>
    [Alias("Cancel")]
    ValueTask<CancelResult> CancelAsync(string decisionId, string reason, Core.Time.Instant at);

    /// <summary>Does what is due up to a moment: ticks, effects, expiries.</summary>
    [Alias("Advance")]
    ValueTask<AdvanceResult> AdvanceAsync(AdvanceRequest request);

    /// <summary>The gate before a channel: checks everything again and marks the attempt, in one write.</summary>
    /// <param name="decisionId">Decision.</param>
    /// <param name="at">Moment of the attempt.</param>
    /// <param name="attempts">Attempts that the outbox row knows of; another number means that somebody else has begun one.</param>
    /// <param name="recovering">Whether the row was found in flight, its attempt never answered.</param>
    [Alias("BeginHandover")]
    ValueTask<HandoverTicket> BeginHandoverAsync(string decisionId, Core.Time.Instant at, int attempts, bool recovering);

    /// <summary>What became of a marked attempt.</summary>
    [Alias("CompleteHandover")]
    ValueTask CompleteHandoverAsync(string decisionId, HandoverOutcome outcome);

    /// <summary>What became of a decision that money of a budget was taken for (<see cref="Budgets.IBudgetLedger"/>).</summary>
    [Alias("Paid")]
    ValueTask<Budgets.PaidFate> PaidAsync(string decisionId);

    /// <summary>Hands out the cards that wait for the user's browser: each is activated, with its guardrails checked again. A card goes to the first who asks.</summary>
    [Alias("TakeCards")]
    ValueTask<CardsResult> TakeCardsAsync(CardsRequest request);

    /// <summary>Notes a consent; a denial reaches open decisions at once.</summary>
    [Alias("SetConsent")]
    ValueTask<ConsentStatement> SetConsentAsync(ConsentStatement statement);

    /// <summary>Everything that people see of this agent.</summary>
    [ReadOnly, Alias("Snapshot")]
    ValueTask<AgentSnapshot> SnapshotAsync();

    /// <summary>What this agent holds, for whoever is about to erase it.</summary>
    [ReadOnly, Alias("Inventory")]
    ValueTask<Privacy.AgentInventory> InventoryAsync();

    /// <summary>Everything in this agent's record, for the person: UTF-8 JSON object.</summary>
    [ReadOnly, Alias("Holdings")]
    ValueTask<byte[]> HoldingsAsync();

    /// <summary>Ends this life: its record and every row that is its own go, and with them what is in memory. Its person must be marked before.</summary>
    [Alias("Erase")]
    ValueTask<Privacy.ErasedAgent> EraseAsync();

    /// <summary>Its person was suppressed: what waits is given up, and it is not woken any more.</summary>
    [Alias("Silence")]
    ValueTask SilenceAsync(Core.Time.Instant at);

    /// <summary>What kept it silent may be over: it is woken when it is due again.</summary>
    [Alias("Reconsider")]
    ValueTask ReconsiderAsync(Core.Time.Instant at);

    /// <summary>Its person objects to marketing and profiling, or takes that back.</summary>
    [Alias("Object")]
    ValueTask ObjectAsync(Core.Time.Instant at, bool withdrawn);

    /// <summary>What limits say of the user at a moment: verdicts, what is used and left, local time, calendar (<c>Core.Agents.LimitsView</c>), UTF-8 JSON. Nothing is changed.</summary>
    /// <param name="programId">A live or paused program; null, or one that is not, = the workspace's limits alone.</param>
    [ReadOnly, Alias("Limits")]
    ValueTask<byte[]> LimitsAsync(string? programId, string channel, string category, Core.Time.Instant at);

    /// <summary>An anonymous agent gives its life to a known user's agent, once; asked again it gives the same.</summary>
    [Alias("Release")]
    ValueTask<ReleaseResult> ReleaseAsync(ReleaseRequest request);
}
