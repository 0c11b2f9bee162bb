using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Tests.Agents.Before;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Canonical;

public sealed class CanonicalJsonTests
{
    /// <summary>RFC 8785, appendix B, table "ECMAScript-Compatible JSON Number Serialization Samples": exact.</summary>
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void A_number_is_spelt_as_the_table_of_the_rfc_says(ulong bits, string expected) =>
        Assert.Equal(expected, CanonicalJson.Number(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_number_that_json_cannot_hold_is_refused(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CanonicalJson.Number(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => CanonicalJson.Serialize(JsonValue.Create(value)));
    }

    [Fact]
    public void Every_finite_number_reads_back_as_itself() =>
        Gen.Double.Where(double.IsFinite).Sample(value => double.Parse(CanonicalJson.Number(value), System.Globalization.CultureInfo.InvariantCulture) == value, seed: "0000KOIPe036");

    /// <summary>The bytes of every record that was ever hashed stay what they were.</summary>
    [Fact]
    public void Numbers_and_texts_are_spelt_as_they_were_first() => Gen.Select(Gen.OneOf(Gen.Double, Gen.Double[-1e3, 1e3], Gen.Double[1e-9, 1e-3], Gen.Long.Select(i => (double)i), Gen.Int.Select(i => i / 8.0)), Gen.String, Gen.Long, Gen.Bool).Sample(
        (number, text, whole, flag) =>
        {
            var tree = new JsonObject { ["z"] = double.IsFinite(number) ? number : 0, ["a\""] = whole, ["é"] = new JsonArray(flag, null, (int)(whole % 1_000), $"\u0001\t{whole}\\"), [string.Concat(text.Where(char.IsAscii))] = 1f };
            Assert.Equal(Encoding.UTF8.GetString(CanonicalByText.Serialize(tree)), Encoding.UTF8.GetString(CanonicalJson.Serialize(tree)));
            using var document = JsonDocument.Parse(CanonicalJson.Serialize(tree));
            Assert.Equal(CanonicalByText.Serialize(document.RootElement), CanonicalJson.Serialize(document.RootElement));
        },
        seed: "0000canon001",
        iter: 20_000);

    /// <summary>RFC 8785, sections 3.2.2 to 3.2.4: the sample object and its canonical bytes.</summary>
    [Fact]
    public void The_sample_of_the_rfc_gives_its_bytes()
    {
        const string sample = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string expected = "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c"
            + "31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d";
        Assert.Equal(expected, Convert.ToHexStringLower(CanonicalJson.Serialize(JsonDocument.Parse(sample).RootElement)));
        Assert.Equal(expected, Convert.ToHexStringLower(CanonicalJson.Serialize(JsonNode.Parse(sample))));
    }

    /// <summary>RFC 8785, section 3.2.3: keys in order of their UTF-16 code units.</summary>
    [Fact]
    public void Keys_are_in_utf16_order()
    {
        const string sample = """
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
            """;
        var canonical = JsonDocument.Parse(CanonicalJson.Serialize(JsonNode.Parse(sample)));
        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            canonical.RootElement.EnumerateObject().Select(member => member.Value.GetString()!));
    }

    [Fact]
    public void Canonical_bytes_are_their_own_canonical_form() =>
        SomeNode(3).Sample(node =>
        {
            var once = CanonicalJson.Serialize(node);
            return CanonicalJson.Serialize(JsonNode.Parse(once)).AsSpan().SequenceEqual(once)
                && CanonicalJson.Serialize(JsonDocument.Parse(once).RootElement).AsSpan().SequenceEqual(once);
        });

    [Fact]
    public void A_whole_number_of_any_clr_type_is_spelt_alike() =>
        Assert.Equal("[7,7,7,7]", Encoding.UTF8.GetString(CanonicalJson.Serialize(new JsonArray(7, 7L, 7.0, 7m))));

    [Fact]
    public void A_lone_surrogate_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Serialize(JsonValue.Create("\ud800")));
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Serialize(JsonDocument.Parse("""["\ud800"]""").RootElement));
    }

    [Fact]
    public void A_name_given_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => CanonicalJson.Serialize(JsonDocument.Parse("""{"a":1,"b":2,"a":3}""").RootElement));

    [Fact]
    public void A_number_beyond_a_double_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CanonicalJson.Serialize(JsonDocument.Parse("[1e400]").RootElement));

    /// <summary>NIST FIPS 180-2, example of "abc".</summary>
    [Fact]
    public void A_record_hash_names_its_algorithm() =>
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", RecordHash.Of("abc"u8));

    static Gen<JsonNode?> SomeNode(int depth)
    {
        var leaf = Gen.OneOf<JsonNode?>(
            Gen.Double.Where(double.IsFinite).Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.String[Gen.Char["ab\"\\\n\u0001é€\u2028"], 0, 6].Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Bool.Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Const((JsonNode?)null));
        return depth == 0 ? leaf : Gen.OneOf(
            leaf,
            SomeNode(depth - 1).Array[0, 4].Select(items => (JsonNode?)new JsonArray(items)),
            Gen.Select(Gen.String[Gen.Char["abé€1"], 0, 3], SomeNode(depth - 1)).Array[0, 4].Select(members =>
                (JsonNode?)new JsonObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2)))));
    }
}
