using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Tests.Agents.Before;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>One pass over a payload finds what a document of it would: whatever stands where, twice, or is of another kind.</summary>
public sealed class EventFactsTests
{
    static readonly Gen<string> name = OneOf(
        "properties", "context", "traits", "device", "value", "revenue", "total", "decisionId", "aid", "channel", "timezone", "token", "anonymousId", "previousId", "city", "tok\\u0065n", "");

    static readonly Gen<string> text = OneOf("\"\"", "\"Europe/Berlin\"", "\"Nowhere/Town\"", "\"12.5\"", "\"1e400\"", "\"Orl\\u00e9ans\"", "\"\\\"quoted\\\"\"", "\"tok\"");

    static readonly Gen<string> plain = Gen.OneOf(text, OneOf("null", "true", "1", "-2.50", "1e400", "[]", "[1,{\"value\":3}]"));

    static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    static Gen<string> Value(int depth) => depth == 0 ? plain : Gen.Frequency((2, plain), (3, Object(depth)));

    static Gen<string> Object(int depth) => Gen.Select(name, Value(depth - 1)).Array[0, 6].Select(all => "{" + string.Join(',', all.Select(one => $"\"{one.Item1}\":{one.Item2}")) + "}");

    [Fact]
    public void Facts_are_those_of_a_document() => Object(4).Sample(
        json =>
        {
            var payload = Encoding.UTF8.GetBytes(json);
            Assert.Equal(Spelling.Of(FactsByDocument.Read(payload)), Spelling.Of(EventFacts.Read(payload)));
        },
        seed: "0000facts001",
        iter: 20_000);

    [Fact]
    public void What_the_agent_knows_already_is_found_all_the_same() => Object(4).Sample(
        json =>
        {
            var payload = Encoding.UTF8.GetBytes(json);
            Assert.Equal(Spelling.Of(FactsByDocument.Read(payload)), Spelling.Of(FactsReader.Read(payload, withTraits: true, "Europe/Berlin", "tok")));
        },
        seed: "0000facts002",
        iter: 5_000);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"properties\":{\"value\":}}")]
    public void What_is_no_JSON_is_refused(string payload) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => EventFacts.Read(Encoding.UTF8.GetBytes(payload)));
}
