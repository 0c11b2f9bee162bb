using System.Text;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What every document store must do.</summary>
public abstract class DocumentStoreContract : IAsyncLifetime
{
    protected abstract IDocumentStore Store { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    protected abstract Task ReopenAsync();

    ValueTask<long> WriteAsync(string id, long? expected, string content, bool keep = false, string tenant = "default", string kind = "program") =>
        Store.WriteAsync(tenant, kind, id, expected, Encoding.UTF8.GetBytes(content), keep, default);

    static string? Shown(StoredDocument? document) => document is null ? null : $"{document.Kind}/{document.Id}@{document.Version}={Encoding.UTF8.GetString(document.Content.Span)}";

    [Fact]
    public async Task A_document_is_written_version_by_version()
    {
        Assert.Null(await Store.ReadAsync("default", "program", "p", default));
        Assert.Equal(1, await WriteAsync("p", 0, "a"));
        Assert.Equal(2, await WriteAsync("p", 1, "b"));
        Assert.Equal(3, await WriteAsync("p", null, ""));
        Assert.Equal("program/p@3=", Shown(await Store.ReadAsync("default", "program", "p", default)));
        Assert.Equal(1, await WriteAsync("q", null, "new"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_write_over_another_version_conflicts_and_leaves_nothing(long expected)
    {
        await WriteAsync("p", 0, "a", keep: true);
        await WriteAsync("p", 1, "b", keep: true);
        var conflict = await Assert.ThrowsAsync<DocumentConflictException>(async () => await WriteAsync("p", expected, "c", keep: true));
        Assert.Equal(2, conflict.Current);
        Assert.Equal("program/p@2=b", Shown(await Store.ReadAsync("default", "program", "p", default)));
        Assert.Null(await Store.ReadVersionAsync("default", "program", "p", 3, default));
    }

    [Fact]
    public async Task A_missing_document_is_at_version_zero()
    {
        var conflict = await Assert.ThrowsAsync<DocumentConflictException>(async () => await WriteAsync("p", 1, "a"));
        Assert.Equal(0, conflict.Current);
    }

    [Fact]
    public async Task Every_version_of_a_history_stays_readable()
    {
        for (var version = 0; version < 5; version++)
        {
            await WriteAsync("p", version, $"v{version + 1}", keep: true);
            await WriteAsync("q", version, $"v{version + 1}");
        }

        for (var version = 1; version <= 5; version++)
        {
            Assert.Equal($"program/p@{version}=v{version}", Shown(await Store.ReadVersionAsync("default", "program", "p", version, default)));
        }

        Assert.Null(await Store.ReadVersionAsync("default", "program", "p", 6, default));
        Assert.Null(await Store.ReadVersionAsync("default", "program", "q", 4, default));
    }

    [Fact]
    public async Task Of_many_writers_of_one_version_one_wins()
    {
        await WriteAsync("p", 0, "start");
        var writers = Enumerable.Range(0, 16).Select(i => WriteAsync("p", 1, $"{i}").AsTask()).ToArray();
        await Task.WhenAll(writers).ContinueWith(_ => { }, TaskScheduler.Default);
        var won = Assert.Single(Enumerable.Range(0, 16), i => writers[i].IsCompletedSuccessfully);
        Assert.Equal($"program/p@2={won}", Shown(await Store.ReadAsync("default", "program", "p", default)));
    }

    [Fact]
    public async Task A_list_holds_one_kind_of_one_tenant_by_id()
    {
        await WriteAsync("b", 0, "1");
        await WriteAsync("a", 0, "2");
        await WriteAsync("a", 1, "3", keep: true);
        await WriteAsync("c", 0, "4", kind: "key");
        await WriteAsync("d", 0, "5", tenant: "other");
        Assert.Equal(["program/a@2=3", "program/b@1=1"], (await Store.ListAsync("default", "program", default)).Select(Shown));
        Assert.Empty(await Store.ListAsync("default", "unknown", default));
    }

    [Fact]
    public async Task A_deleted_document_leaves_no_version()
    {
        await WriteAsync("p", 0, "a", keep: true);
        await WriteAsync("p", 1, "b", keep: true);
        await WriteAsync("p", 0, "other", tenant: "other");
        await Store.DeleteAsync("default", "program", "p", default);
        await Store.DeleteAsync("default", "program", "never", default);
        Assert.Null(await Store.ReadAsync("default", "program", "p", default));
        Assert.Null(await Store.ReadVersionAsync("default", "program", "p", 1, default));
        Assert.NotNull(await Store.ReadAsync("other", "program", "p", default));
        Assert.Equal(1, await WriteAsync("p", 0, "again", keep: true));
    }

    [Theory]
    [MemberData(nameof(OddTexts.All), MemberType = typeof(OddTexts))]
    public async Task Odd_texts_survive_opening_again(string odd)
    {
        await WriteAsync(odd, 0, odd, tenant: odd, kind: odd);
        await ReopenAsync();
        Assert.Equal($"{odd}/{odd}@1={odd}", Shown(await Store.ReadAsync(odd, odd, odd, default)));
        Assert.Equal($"{odd}/{odd}@1={odd}", Shown(Assert.Single(await Store.ListAsync(odd, odd, default))));
    }
}
