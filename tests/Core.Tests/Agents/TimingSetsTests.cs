using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>When to speak is chosen as what to say is: hold, slot and gap are action sets with draws, propensities and evidence of their own.</summary>
public sealed class TimingSetsTests
{
    static readonly ProgramDefinition program = SomeProgram.Of() with
    {
        Goal = SomeProgram.Of().Goal with { Window = TimeSpan.FromHours(24), HalfLife = TimeSpan.FromHours(12), LabelWindow = TimeSpan.FromHours(24) },
        Sets = [.. SomeProgram.Of().Sets, SomeProgram.Set("gap", Dimension.Gap, ["1", "3"])],
    };

    static readonly Lazy<SomeTown> town = new(() =>
    {
        var one = new SomeTown(SomeProgram.Rules(program), 80, 0, "timing");
        one.Live(TimeSpan.FromDays(14));
        return one;
    });

    [Fact]
    public void Contacts_lie_as_many_days_apart_as_the_gap_that_was_drawn()
    {
        var gaps = town.Value.Lives.Values.SelectMany(life =>
        {
            var days = Contacts(life).Select(record => DateTimeOffset.Parse(record["decidedAt"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture).UtcDateTime.Date).ToArray();
            return days.Zip(days.Skip(1), (a, b) => (b - a).Days);
        }).CountBy(days => days).ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.True(gaps[1] > 50 && gaps[3] > 20, string.Join(", ", gaps));
        Assert.True(gaps.Where(pair => pair.Key is not (1 or 3)).Sum(pair => pair.Value) <= gaps.Values.Sum() / 20, string.Join(", ", gaps));
    }

    [Fact]
    public void Hold_slot_and_gap_have_evidence_of_their_own()
    {
        var keys = town.Value.Lives.Values.SelectMany(life => life.State.Evidence.Keys).ToLookup(key => key.Set, key => key.Action);
        Assert.Equal(["hold", "send"], keys["frequency"].Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["1", "3"], keys["gap"].Distinct().Order(StringComparer.Ordinal));
        Assert.True(keys["slot"].Distinct().Count() >= 4, string.Join(", ", keys["slot"].Distinct()));
    }

    /// <summary>Method 10: only the frequency set learns from a hold; a message credits every set, timing among them, once.</summary>
    [Fact]
    public void A_hold_credits_the_frequency_set_alone_and_a_message_every_set_once()
    {
        var receipts = town.Value.Lives.Values.SelectMany(life => life.Effects.Select(effect => (Record: life.RecordOf(effect.DecisionId), Receipt: JsonNode.Parse(effect.Receipt)!)))
            .Where(one => (string?)one.Receipt["state"] == "identified").ToLookup(one => one.Receipt["credited"]!.AsArray().Select(credit => (string)credit!["set"]!).Contains("tone"));
        Assert.True(receipts[true].Count() > 20 && receipts[false].Count() > 20);
        Assert.All(receipts[false], one => Assert.Equal("frequency", string.Join(' ', one.Receipt["credited"]!.AsArray().Select(credit => (string)credit!["set"]!))));
        Assert.All(receipts[true], one =>
        {
            var sets = one.Receipt["credited"]!.AsArray().Select(credit => (string)credit!["set"]!).ToArray();
            Assert.Equal(sets.Distinct().Count(), sets.Length);
            Assert.Empty(sets.Except(["frequency", "slot", "gap", "channel", "tone", "offer"]));
            Assert.Empty(((string[])["frequency", "channel", "tone", "offer"]).Except(sets));
        });
    }

    static IEnumerable<JsonObject> Contacts(SomeLife life) => life.Decisions.Select(made => life.RecordOf(made.Id)).Where(record => (string?)record["trigger"] == "tick");
}
