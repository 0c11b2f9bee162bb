using Aampe.Agents.Core.Canonical;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Canonical;

public sealed class StableHashTests
{
    /// <summary>XXH64 with seed 0: the values that implementations of the algorithm publish as their samples.</summary>
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void A_text_has_its_published_hash(string text, ulong expected) => Assert.Equal(expected, StableHash.Of(text));

    /// <summary>Values of System.IO.Hashing 10.0.14: 32 bytes (one stripe), and 150 and 690 bytes with a rest of every kind.</summary>
    [Fact]
    public void A_long_text_has_the_hash_of_another_implementation()
    {
        Assert.Equal(0xE2DF261FC2EC30EB, StableHash.Of(new string('x', 32)));
        Assert.Equal(0xE785739D2364B88E, StableHash.Of(string.Concat(Enumerable.Range(0, 30).Select(i => $"{i:d3}é"))));
        Assert.Equal(0xC46C20DDF74C2705, StableHash.Of(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i} "))));
    }

    /// <summary>Each part is its length in four bytes, little-endian, then its UTF-8 bytes.</summary>
    [Fact]
    public void Parts_are_hashed_as_they_are_documented() =>
        Assert.Equal(StableHash.Of([.. "\u0003\0\0\0a/b"u8, .. "\u0002\0\0\0é"u8]), StableHash.Of("a/b", "é"));

    [Fact]
    public void Where_one_part_ends_matters() => Assert.NotEqual(StableHash.Of("a/b", "c"), StableHash.Of("a", "b/c"));

    [Fact]
    public void Distinct_part_lists_have_distinct_hashes() =>
        Gen.Select(Gen.String[0, 40].Array[2, 4], Gen.String[0, 40].Array[2, 4]).Sample((a, b) =>
            a.SequenceEqual(b) == (StableHash.Of(a) == StableHash.Of(b)));

    [Fact]
    public void One_changed_bit_changes_about_half_of_the_hash()
    {
        // 1 000 texts of 1 … 60 bytes, 64 bits each: the mean share of changed bits has sd 0.002; 0.49 … 0.51 is 5 sd.
        var changed = Enumerable.Range(0, 1000).Average(i =>
        {
            var bytes = Enumerable.Range(0, 1 + i % 60).Select(k => (byte)(i * 31 + k * 7)).ToArray();
            var before = StableHash.Of(bytes.AsSpan());
            bytes[i % bytes.Length] ^= 1;
            return ulong.PopCount(before ^ StableHash.Of(bytes.AsSpan())) / 64.0;
        });
        Assert.InRange(changed, 0.49, 0.51);
    }
}
