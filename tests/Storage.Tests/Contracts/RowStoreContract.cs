using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What a store must do that checks every commit against its rows.</summary>
public abstract class RowStoreContract : AgentStoreContract
{
    [Fact]
    public async Task An_update_of_an_agent_that_does_not_exist_conflicts()
    {
        await Assert.ThrowsAsync<VersionConflictException>(async () => await Store.CommitAsync(Commit("default/u:none", 4), default));
        Assert.Null(await Store.ReadAsync("default/u:none", default));
    }

    [Fact]
    [Trait("proves", "R21")]
    public async Task A_decision_has_one_effect()
    {
        var effect = new StoredEffect("dec_1", "default/u:1", new Instant(9), "winback", "{}"u8.ToArray());
        await Store.CommitAsync(Commit("default/u:1", 0) with { Effects = [effect] }, default);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.CommitAsync(Commit("default/u:1", 1) with { Effects = [effect] }, default));
        Assert.Equal("1:record", await RecordAsync("default/u:1"));
    }

    [Fact]
    public async Task A_commit_that_breaks_a_rule_of_the_store_fails_alone_and_leaves_nothing()
    {
        await Store.CommitAsync(Commit("default/u:0", 0) with { Decisions = [Decision("dec_1", "default/u:0", 1)] }, default);
        var all = Enumerable.Range(1, 50).Select(i => Store.CommitAsync(Commit($"default/u:{i}", 0) with
        {
            Journal = "[1]"u8.ToArray(),
            JournalEntries = 1,
            // One id twice: ids are unique on a server, and another agent may live on another one.
            Decisions = [.. Enumerable.Repeat(Decision($"dec_of_{i}", $"default/u:{i}", 1), i == 25 ? 2 : 1)],
        }, default).AsTask()).ToArray();
        await Task.WhenAll(all).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal([25], Enumerable.Range(1, 50).Where(i => all[i - 1].IsFaulted));
        Assert.Null(await Store.ReadAsync("default/u:25", default));
        Assert.Empty(await Store.JournalAsync("default/u:25", long.MaxValue, 10, default));
        Assert.Null(await Store.DecisionAsync("dec_of_25", default));
        Assert.Equal(new StoreTotals(50, 50, 0, 0), await Store.TotalsAsync("default", default));
    }
}
