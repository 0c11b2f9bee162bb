using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

[Trait("proves", "R16")]
public sealed class AgentJournalTests
{
    static readonly AgentRules rules = SomeProgram.Rules(SomeProgram.Of());
    static readonly Gen<Instant> moment = Gen.Long[0, 4_000_000_000_000L].Select(ms => new Instant(ms));
    static readonly Gen<string?> messageId = Gen.OneOf(
        Gen.Const((string?)null),
        Gen.String[Gen.Char["abc-ABC 0é\""], 1, 40],
        Gen.Guid.Select(id => (string?)id.ToString()),
        Gen.Guid.Select(id => (string?)id.ToString().ToUpperInvariant()));

    static readonly Gen<IncomingEvent> happening = Gen.Select(messageId, moment, moment, Gen.Int[0, 5], Gen.Double[-9, 9], Gen.Int[1, 6]).Select((id, at, received, name, value, kind) => new IncomingEvent(
        0, (IncomingKind)kind, kind > 1 ? "" : $"name {name}", $"source {name % 2}", false, id, at, received,
        Encoding.UTF8.GetBytes(name == 0 ? "{}" : $$"""{"properties":{"value":{{Math.Round(value, name)}},"decisionId":"{{(name == 1 ? "dec_1" : "")}}"} }""")));

    static JsonObject AsOnceWritten(long sequence, IncomingEvent e)
    {
        var facts = EventFacts.Read(e.Payload);
        var entry = new JsonObject { ["seq"] = sequence, ["kind"] = "event", ["at"] = e.OccurredAt.ToString() };
        foreach (var (name, value) in ((string, JsonNode?)[])
            [("messageId", e.MessageId), ("type", e.Kind.ToString().ToLowerInvariant()), ("name", e.Name.Length > 0 ? e.Name : null), ("value", facts.Value), ("source", e.Source), ("receivedAt", e.ReceivedAt.ToString()), ("decisionId", facts.DecisionId)])
        {
            if (value is not null)
            {
                entry[name] = value;
            }
        }

        return entry;
    }

    /// <summary>Events between other entries, over two steps of one commit.</summary>
    [Fact]
    public void Rows_that_are_joined_read_as_their_entries_in_order()
    {
        ReadOnlyMemory<byte> one = "[{\"seq\":1}]"u8.ToArray(), two = "[{\"seq\":2},{\"seq\":3}]"u8.ToArray(), long4 = Encoding.UTF8.GetBytes($"[{{\"seq\":4,\"text\":\"{new string('x', 300)}\"}}]");
        var joined = AgentJournal.Join([AgentJournal.Join([one, default, two]), long4]);
        Assert.Equal([1, 2, 3, 4], AgentJournal.Read(joined).Select(entry => entry!["seq"]!.GetValue<int>()));
        Assert.Equal(one, AgentJournal.Join([default, one]));
        Assert.True(AgentJournal.Join([default]).IsEmpty);
        for (var cut = 2; cut < 16; cut++)
        {
            Assert.ThrowsAny<InvalidDataException>(() => AgentJournal.Read(joined[..cut]));
        }
    }

    [Fact]
    public void A_packed_row_reads_as_the_JSON_that_was_once_written() => happening.Array[0, 12].Sample(
        events =>
        {
            var wanted = new JsonArray();
            AgentStep[] steps = [new(AgentStep.Create("t", "u:ada", "secret"), rules, SomeLife.Monday), new(AgentStep.Create("t", "u:ada", "secret") with { JournalLength = 400 }, rules, SomeLife.Monday)];
            foreach (var step in steps)
            {
                foreach (var e in events)
                {
                    step.Tell(e, EventFacts.Read(e.Payload));
                    wanted.Add(AsOnceWritten(step.State.JournalLength, e));
                    if (e.Name.EndsWith('3'))
                    {
                        step.Tell("held", e.OccurredAt, ("decisionId", "dec_é\""), ("none", null), ("reasons", new JsonArray("a", 2.5)));
                        wanted.Add(new JsonObject { ["seq"] = step.State.JournalLength, ["kind"] = "held", ["at"] = e.OccurredAt.ToString(), ["decisionId"] = "dec_é\"", ["reasons"] = new JsonArray("a", 2.5) });
                    }
                }
            }

            Assert.Equal(wanted.ToJsonString(), AgentJournal.Read(AgentJournal.Pack(steps)).ToJsonString());
        },
        seed: "0000journal1",
        iter: 500);

    [Fact]
    public void A_row_of_the_releases_before_is_read()
    {
        const string row = """[{"seq":7,"kind":"event","at":"2026-03-02T12:00:00.000Z","type":"track","name":"app_opened"},{"seq":8,"kind":"merge","at":"2026-03-02T12:00:00.000Z","from":"a:1"}]""";
        Assert.Equal(row, AgentJournal.Read(Encoding.UTF8.GetBytes(row)).ToJsonString());
    }

    /// <summary>Bytes of format 1 as they were first written; never changed.</summary>
    [Fact]
    public void A_row_of_format_1_is_read_and_written_byte_for_byte()
    {
        var step = new AgentStep(AgentStep.Create("t", "u:ada", "secret") with { JournalLength = 41 }, rules, SomeLife.Monday);
        var at = new Instant(1_772_452_800_000);
        var events = (IncomingEvent[])
        [
            new(1, IncomingKind.Track, "order_placed", "web", true, "01890a5d-ac96-774b-bcce-00000000001f", at, at + TimeSpan.FromSeconds(2), Encoding.UTF8.GetBytes("""{"properties":{"value":12.5,"decisionId":"dec_1"} }""")),
            new(2, IncomingKind.Identify, "", "web", true, "identify-1", at + TimeSpan.FromMinutes(1), at + TimeSpan.FromMinutes(1), Encoding.UTF8.GetBytes("{}")),
        ];
        Array.ForEach(events, e => step.Tell(e, EventFacts.Read(e.Payload)));
        step.Tell("merge", at, ("into", "u:grace"));
        var golden = Convert.FromHexString(Golden);
        Assert.Equal(Golden, Convert.ToHexString(step.JournalBytes()));
        Assert.Equal(AgentJournal.Read(step.JournalBytes()).ToJsonString(), AgentJournal.Read(golden).ToJsonString());
    }

    [Fact]
    public void A_newer_format_is_refused_with_its_number() =>
        Assert.Contains("format 3 cannot be read", Assert.Throws<InvalidDataException>(() => AgentJournal.Read(new byte[] { AgentJournal.Several + 1, 0 })).Message, StringComparison.Ordinal);

    const string Golden =
        "01030C6F726465725F706C61636564037765620054798098DBE69567A01F000101890A5DAC96774BBCCE00000000001F000000000000002940056465"
        + "635F31020AC0A9070002010A6964656E746966792D3102004A7B22736571223A34342C226B696E64223A226D65726765222C226174223A2232303236"
        + "2D30332D30325431323A30303A30302E3030305A222C22696E746F223A22753A6772616365227D";
}
