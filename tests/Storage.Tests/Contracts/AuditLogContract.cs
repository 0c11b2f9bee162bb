using System.Text.Json;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Auditing;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What every audit trail must do.</summary>
public abstract class AuditLogContract : IAsyncLifetime
{
    protected abstract IAuditLog Log { get; }

    protected abstract IDocumentStore Documents { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>Changes the note of an entry behind the trail's back.</summary>
    protected abstract Task TamperAsync(long number, byte[] note);

    static AuditNote Note(string actor, string act, string id = "p") => new() { At = new Instant(1_800_000_000_000), Actor = actor, Act = act, Kind = "program", Subject = id };

    static string Act(AuditEntry entry) => JsonDocument.Parse(entry.Note).RootElement.GetProperty("act").GetString()!;

    [Fact]
    public async Task Entries_form_a_chain_of_their_own_for_each_tenant()
    {
        Assert.Equal(1, await Log.AppendAsync("a", Note("person:ana", "one"), default));
        Assert.Equal(1, await Log.AppendAsync("b", Note("person:bo", "other"), default));
        Assert.Equal(2, await Log.AppendAsync("a", Note("person:ana", "two"), default));
        var all = await Log.ReadAsync("a", 0, 10, default);
        Assert.Equal(["one", "two"], all.Select(Act));
        Assert.Null(AuditChain.Fault(null, all[0]));
        Assert.Null(AuditChain.Fault(all[0], all[1]));
    }

    [Fact]
    public async Task A_change_and_its_entry_are_one_write()
    {
        await Documents.WriteAsync("a", "program", "p", 0, new byte[] { 1 }, true, Note("person:ana", "made"), default);
        await Assert.ThrowsAsync<DocumentConflictException>(async () => await Documents.WriteAsync("a", "program", "p", 0, new byte[] { 2 }, true, Note("person:bo", "lost"), default));
        await Documents.WriteAsync("a", "program", "p", 1, new byte[] { 3 }, true, null, default);
        await Documents.DeleteAsync("a", "program", "p", Note("person:ana", "deleted"), default);
        Assert.Equal(["made", "deleted"], (await Log.ReadAsync("a", 0, 10, default)).Select(Act));
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_no_gap_and_no_fork()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Documents.WriteAsync("a", "program", $"p{i}", 0, new byte[] { 1 }, true, Note("person:ana", $"act{i}"), default).AsTask()));
        var all = await Log.ReadAsync("a", 0, 100, default);
        Assert.Equal(40, all.Count);
        Assert.All(all.Select((entry, i) => AuditChain.Fault(i == 0 ? null : all[i - 1], entry)), Assert.Null);
    }

    [Fact]
    public async Task A_list_is_filtered_and_paged_from_the_newest()
    {
        foreach (var (actor, id) in new[] { ("person:ana", "p"), ("person:bo", "q"), ("person:ana", "q"), ("person:ana", "p") })
        {
            await Log.AppendAsync("a", Note(actor, "changed", id), default);
        }

        async Task<string> Numbers(AuditFilter filter, long below = long.MaxValue, int limit = 10) => string.Join(" ", (await Log.ListAsync("a", filter, below, limit, default)).Select(one => one.Number));
        Assert.Equal("4 3 2 1", await Numbers(new()));
        Assert.Equal("4 3 1", await Numbers(new("person:ana")));
        Assert.Equal("3 2", await Numbers(new(null, "program", "q")));
        Assert.Equal("2", await Numbers(new(), below: 3, limit: 1));
        Assert.Empty(await Numbers(new("person:nobody")));
    }

    [Fact]
    public async Task An_altered_entry_shows_and_the_trail_refuses_to_be_altered_through_the_front_door()
    {
        await Log.AppendAsync("a", Note("person:ana", "one"), default);
        await Log.AppendAsync("a", Note("person:ana", "two"), default);
        await TamperAsync(1, AuditChain.Next(1, AuditChain.Beginning, Note("person:bo", "one")).Note.ToArray());
        Assert.Equal("entry 1 was altered", AuditChain.Fault(null, (await Log.ReadAsync("a", 0, 1, default))[0]));
    }
}
