using System.IO.Hashing;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Tests.Ledger;

[Trait("proves", "R16")]
public sealed class LedgerPackTests
{
    // Made by an independent encoder of the form, without its hash; every later release reads it.
    const string Golden =
        "011A64656661756C742F753A6164610E04FEFFFFFFFFFFFFFFFF010280A0D5EDEE660C7265636F7264040A5B312C325D020A6465635F310A02700E7B2264223A317D020A6465"
        + "635F30010270047B7D020A6465635F310870757368120406040A6465635F39106465635FF09F9880";

    static AgentCommit Commit(string key = "default/u:ada") => new()
    {
        Key = key,
        Partition = 3,
        ExpectedVersion = 7,
        Steps = 2,
        PanelRank = long.MaxValue,
        Due = new Instant(1_767_225_600_000),
        Record = "record"u8.ToArray(),
        Journal = "[1,2]"u8.ToArray(),
        JournalEntries = 2,
        Decisions = [new StoredDecision("dec_1", key, new Instant(5), "p", "{\"d\":1}"u8.ToArray())],
        Effects = [new StoredEffect("dec_0", key, new Instant(-1), "p", "{}"u8.ToArray())],
        Outbox = [new OutboxRow("dec_1", key, "push", new Instant(9), OutboxStatus.InFlight, 3)],
        OutboxDone = ["dec_9", "dec_😀"],
    };

    [Fact]
    public void A_row_reads_as_it_was_written()
    {
        AgentCommit[] written = [Commit(), Commit("default/u:b\0c") with { Due = null, Journal = default, JournalEntries = 0, Decisions = [], Effects = [], Outbox = [], OutboxDone = [], ExpectedVersion = 0 }];
        var read = LedgerPack.Read(3, new LedgerRow(1, LedgerPack.Row([.. written.Select(LedgerPack.Pack)])));
        Assert.Equal(2, read.Count);
        foreach (var (was, now) in written.Zip(read))
        {
            Assert.Equal((was.Key, was.Partition, was.ExpectedVersion, was.Steps, was.PanelRank, was.Due), (now.Key, now.Partition, now.ExpectedVersion, now.Steps, now.PanelRank, now.Due));
            Assert.Equal(was.Record.Bytes.ToArray(), now.Record.Bytes.ToArray());
            Assert.Equal((was.JournalEntries, Encoding.UTF8.GetString(was.Journal.Span)), (now.JournalEntries, Encoding.UTF8.GetString(now.Journal.Span)));
            Assert.Equal(was.Decisions.Select(one => (one.Id, one.Agent, one.At, one.Program)), now.Decisions.Select(one => (one.Id, one.Agent, one.At, one.Program)));
            Assert.Equal(was.Effects.Select(one => (one.DecisionId, one.Agent, one.At)), now.Effects.Select(one => (one.DecisionId, one.Agent, one.At)));
            Assert.Equal(was.Outbox, now.Outbox);
            Assert.Equal(was.OutboxDone, now.OutboxDone);
        }
    }

    [Fact]
    [Trait("proves", "R20")]
    public void Every_flipped_bit_is_found()
    {
        var row = LedgerPack.Row([LedgerPack.Pack(Commit())]);
        for (var at = 0; at < row.Length; at++)
        {
            row[at] ^= 1;
            Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => LedgerPack.Read(3, new LedgerRow(12, row))).Message, StringComparison.Ordinal);
            row[at] ^= 1;
        }

        Assert.Single(LedgerPack.Read(3, new LedgerRow(12, row)));
    }

    [Fact]
    public void The_form_of_the_first_release_is_still_read()
    {
        var read = Assert.Single(LedgerPack.Read(3, new LedgerRow(1, Hashed(Convert.FromHexString(Golden)))));
        Assert.Equal(("default/u:ada", 7L, 2, "record"), (read.Key, read.ExpectedVersion, read.Steps, Encoding.UTF8.GetString(read.Record.Bytes.Span)));
        Assert.Equal(["dec_9", "dec_😀"], read.OutboxDone);
        Assert.Equal(Golden, Convert.ToHexString(LedgerPack.Row([LedgerPack.Pack(Commit())])[..^8]));
    }

    static byte[] Hashed(byte[] row) => [.. row, .. XxHash3.Hash(row)];

    [Fact]
    public void Half_a_surrogate_pair_fails_its_caller() =>
        Assert.Throws<EncoderFallbackException>(() => LedgerPack.Pack(Commit() with { OutboxDone = ["\uD800"] }));
}
