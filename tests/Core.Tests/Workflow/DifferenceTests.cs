using System.Text.Json;
using Aampe.Agents.Core.Workflow;

namespace Aampe.Agents.Core.Tests.Workflow;

/// <summary>What differs between documents and texts.</summary>
public sealed class DifferenceTests
{
    static string Fields(string before, string after) =>
        string.Join("; ", DocumentChanges.Between(JsonElement.Parse(before), JsonElement.Parse(after)).Select(change => $"{change.Path}: {change.Before ?? "∅"} → {change.After ?? "∅"}"));

    static string Words(string before, string after) =>
        string.Concat(WordDifference.Between(before, after).Select(piece => piece.Kind switch { PieceKind.Added => $"[+{piece.Text}]", PieceKind.Removed => $"[-{piece.Text}]", _ => piece.Text }));

    [Theory]
    [InlineData("""{"a":1,"b":"x"}""", """{"a":1,"b":"x"}""", "")]
    [InlineData("""{"a":1}""", """{"a":2,"b":true}""", "/a: 1 → 2; /b: ∅ → true")]
    [InlineData("""{"a":{"b":"x","c":1}}""", """{"a":{"b":"y"}}""", "/a/b: x → y; /a/c: 1 → ∅")]
    [InlineData("""{"a":null}""", """{}""", "")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1,3]}""", "/a: [1,2] → [1,3]")]
    [InlineData("""{"a":{"b":1}}""", """{"a":5}""", "/a: {\"b\":1} → 5")]
    [InlineData("""{"x/y~":1}""", """{"x/y~":2}""", "/x~1y~0: 1 → 2")]
    public void Every_field_that_differs_is_named(string before, string after, string expected) => Assert.Equal(expected, Fields(before, after));

    [Fact]
    public void Items_are_compared_with_their_namesake_wherever_it_stands() => Assert.Equal(
        "/m/b/t: 2 → 3; /m/c/id: ∅ → c; /m/a/id: a → ∅; /m/a/t: 1 → ∅",
        Fields("""{"m":[{"id":"a","t":1},{"id":"b","t":2}]}""", """{"m":[{"id":"b","t":3},{"id":"c"}]}"""));

    [Theory]
    [InlineData("Come back", "Come back soon", "Come back[+ soon]")]
    [InlineData("Your basket misses you", "Your basket waits for you", "Your basket[- misses][+ waits for] you")]
    [InlineData("", "New", "[+New]")]
    [InlineData("Old", "", "[-Old]")]
    [InlineData("same", "same", "same")]
    [InlineData("10 % off!", "20 % off!", "[-10][+20] % off!")]
    public void Texts_are_compared_word_by_word(string before, string after, string expected) => Assert.Equal(expected, Words(before, after));

    [Fact]
    public void Pieces_put_together_give_both_texts_again()
    {
        var random = new Random(7);
        string[] words = ["a", "b", "c", " ", "  ", "\n", "é", "🙂", "-"];
        string Text() => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => words[random.Next(words.Length)]));
        for (var i = 0; i < 500; i++)
        {
            string before = Text(), after = Text();
            var pieces = WordDifference.Between(before, after);
            Assert.Equal(before, string.Concat(pieces.Where(piece => piece.Kind != PieceKind.Added).Select(piece => piece.Text)));
            Assert.Equal(after, string.Concat(pieces.Where(piece => piece.Kind != PieceKind.Removed).Select(piece => piece.Text)));
        }
    }

    [Fact]
    public void A_program_change_is_told_in_a_few_words() => Assert.Equal(
        "+1 message, −1 message, 1 message changed, name A → B",
        ProgramChanges.InWords(
            JsonElement.Parse("""{"name":"A","messages":[{"id":"x","t":1},{"id":"y"}]}"""),
            JsonElement.Parse("""{"name":"B","messages":[{"id":"x","t":2},{"id":"z"}]}""")));
}
