using System.Text;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Auditing;

/// <summary>The chain of the audit trail.</summary>
public sealed class AuditChainTests
{
    static AuditNote Note(string act) => new() { At = new Instant(0), Actor = "person:ana", Act = act, Kind = "program", Subject = "p" };

    static List<AuditEntry> Chain(int length)
    {
        var all = new List<AuditEntry>();
        for (var i = 1; i <= length; i++)
        {
            all.Add(AuditChain.Next(i, i == 1 ? AuditChain.Beginning : all[^1].Hash, Note($"act{i}")));
        }

        return all;
    }

    [Fact]
    public void A_note_has_every_field_in_canonical_order() => Assert.Equal(
        """{"act":"act1","actor":"person:ana","at":"1970-01-01T00:00:00.000Z","from":null,"kind":"program","object":"p","reason":null,"summary":null,"to":null}""",
        Encoding.UTF8.GetString(Chain(1)[0].Note.Span));

    [Fact]
    public void Each_entry_of_a_chain_follows_the_one_before() =>
        Assert.All(Chain(5).Select((entry, i) => AuditChain.Fault(i == 0 ? null : Chain(5)[i - 1], entry)), Assert.Null);

    [Fact]
    public void A_changed_a_removed_and_a_swapped_entry_are_told()
    {
        var chain = Chain(4);
        Assert.Equal("entry 2 was altered", AuditChain.Fault(chain[0], chain[1] with { Note = chain[2].Note }));
        Assert.Equal("entry 3 is missing", AuditChain.Fault(chain[1], chain[3]));
        // Whoever alters an entry and computes its hash anew breaks the next.
        var forged = AuditChain.Next(2, chain[0].Hash, Note("other"));
        Assert.Null(AuditChain.Fault(chain[0], forged));
        Assert.Equal("entry 3 does not follow the one before it", AuditChain.Fault(forged, chain[2]));
    }
}
