using System.Collections.Immutable;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Grains.Interfaces.Budgets;
using Aampe.Agents.Storage.Documents;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Budgets;

/// <summary>
/// Custody of a tenant's budgets. Takings that come while the book is being written go into its next write together, so that many hand-overs cost few writes;
/// of two activations only one can write, since each knows the version that it read.
/// </summary>
[Reentrant]
public sealed class BudgetLedgerGrain(IDocumentStore documents, TimeProvider time, ILogger<BudgetLedgerGrain> log) : Grain, IBudgetLedger
{
    const string Kind = "budgets";
    const string Id = "ledger";

    /// <summary>A hand-over tells its end by itself; one that has not told for this long is overdue. Calls of channels last 30 s at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    static readonly TimeSpan keepEvery = TimeSpan.FromSeconds(5);

    // When this activation gave the money; of bills that it read it does not know, and they are overdue at once.
    readonly Dictionary<string, long> givenAt = new(StringComparer.Ordinal);
    BudgetBook book = new();
    Task writing = Task.CompletedTask;
    Task? next;
    long version;
    bool changed;

    string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await documents.ReadAsync(Tenant, Kind, Id, cancellationToken) is { } stored)
        {
            (book, version) = (BudgetBook.Read(stored.Content.Span), stored.Version);
        }

        this.RegisterGrainTimer(KeepAsync, new GrainTimerCreationOptions(keepEvery, keepEvery) { Interleave = true });
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (changed && !writing.IsFaulted)
        {
            await StoredAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<BudgetReply> TakeAsync(string agent, BudgetLine[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var bills = BudgetLines.Bills(lines);
        ImmutableArray<SpendingSlot> slots = [.. bills.SelectMany(bill => bill.Lines).Select(line => line.Slot)];
        if (!book.Take(agent, bills))
        {
            return new BudgetReply(false, BudgetLines.Spent(book, slots));
        }

        var now = time.GetTimestamp();
        foreach (var bill in bills)
        {
            givenAt[bill.DecisionId] = now;
        }

        await StoredAsync();
        return new BudgetReply(true, BudgetLines.Spent(book, slots));
    }

    /// <inheritdoc/>
    public ValueTask<BudgetSpent[]> SettleAsync(string[] decisionIds, bool kept)
    {
        ArgumentNullException.ThrowIfNull(decisionIds);
        ImmutableArray<SpendingSlot> slots = [.. decisionIds.SelectMany(decision => Settle(decision, kept, null))];
        return new(BudgetLines.Spent(book, slots));
    }

    /// <inheritdoc/>
    public ValueTask<BudgetSpent[]> RefundAsync(string decisionId, BudgetLine[] lines)
    {
        var slots = book.Refund(BudgetLines.Bills(lines).Single(bill => bill.DecisionId == decisionId));
        givenAt.Remove(decisionId);
        changed = true;
        return new(BudgetLines.Spent(book, slots));
    }

    /// <inheritdoc/>
    public ValueTask<OverdueBill[]> OverdueAsync() => new([.. book.Open
        .Where(one => !givenAt.TryGetValue(one.Bill.DecisionId, out var at) || time.GetElapsedTime(at) > Patience)
        .Select(one => new OverdueBill(one.Agent, one.Bill.DecisionId, one.Stamp))]);

    /// <inheritdoc/>
    public ValueTask AnswerAsync(OverdueBill bill, bool kept)
    {
        ArgumentNullException.ThrowIfNull(bill);
        Settle(bill.DecisionId, kept, bill.Stamp);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<BudgetSpent[]> SpentAsync() => new(BudgetLines.Spent(book, [.. book.Spent.Select(one => one.Key)]));

    // What is settled need not be durable at once: whoever reads an older book finds the bill open, and asks its agent again.
    ImmutableArray<SpendingSlot> Settle(string decision, bool kept, long? asOf)
    {
        var slots = book.Settle(decision, kept, asOf);
        if (slots.Length > 0)
        {
            givenAt.Remove(decision);
            changed = true;
        }

        return slots;
    }

    // What changed without anybody waiting for it.
    Task KeepAsync(CancellationToken stop) => changed ? StoredAsync() : Task.CompletedTask;

    // One write at a time; whoever comes during it waits for the next one, which holds what all of them did.
    Task StoredAsync()
    {
        changed = true;
        return next ??= NextAsync();
    }

    async Task NextAsync()
    {
        await Task.Yield();
        try
        {
            await writing;
        }
        finally
        {
            next = null;
        }

        await (writing = WriteAsync());
    }

    async Task WriteAsync()
    {
        changed = false;
        try
        {
            version = await documents.WriteAsync(Tenant, Kind, Id, version, book.Write(), keepHistory: false, CancellationToken.None);
        }
        catch (Exception error)
        {
            // Nobody knows what is stored: the next activation reads it, and asks for all that is open.
            BudgetLog.NotStored(log, error);
            DeactivateOnIdle();
            throw;
        }
    }
}
