using System.IO.Compression;
using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Tests.Agents.Joint;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Decisions that an earlier release made and stored: 68 of 15 kinds, by the first sampler.</summary>
[Trait("proves", "R6")]
public sealed class GoldenDecisionsTests
{
    [Fact]
    public void Decisions_of_the_first_sampler_are_made_again_byte_for_byte()
    {
        var records = Records();
        Assert.Equal(15, records.Select(one => one.Kind).Distinct().Count());
        Assert.All(records, one =>
        {
            var replay = Replaying.Of(one.Record, ProgramOf(one.Kind));
            Assert.True(replay.Identical, $"{one.Kind}: {string.Join(", ", replay.Differences)}");
        });
    }

    [Fact]
    public void A_record_that_names_the_other_sampler_draws_otherwise()
    {
        var (kind, record) = Records().First(one => one.Kind == "sampled");
        var renamed = Encoding.UTF8.GetString(record).Replace(SeededRandom.NameOf(Sampler.First), SeededRandom.NameOf(Sampler.Second), StringComparison.Ordinal);
        Assert.False(Replaying.Of(Encoding.UTF8.GetBytes(renamed), ProgramOf(kind)).Identical);
    }

    static ProgramDefinition ProgramOf(string kind) => kind == "joint" ? JointTown.Program : DecidingTests.RulesOf(kind).Programs[0].Definition;

    static List<(string Kind, byte[] Record)> Records()
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "decisions-first.txt.gz")), CompressionMode.Decompress));
        var records = new List<(string, byte[])>();
        while (text.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            records.Add((line[..space], Encoding.UTF8.GetBytes(line[(space + 1)..])));
        }

        return records;
    }
}
