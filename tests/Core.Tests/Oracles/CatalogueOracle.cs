using System.Text.Json;
using Aampe.Agents.Core.Messages;
using static Aampe.Agents.Core.Tests.Oracles.ReferenceFile;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>The catalogue match against catalogue.json: nearest messages, their values, distance and the one sent.</summary>
public sealed class CatalogueOracle
{
    public static TheoryData<string> Every => Cases("catalogue");

    [Theory]
    [MemberData(nameof(Every))]
    public void The_match_sends_what_the_reference_sends(string id)
    {
        var one = Case("catalogue", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        var messages = input.GetProperty("messages").EnumerateArray().ToArray();
        var sends = messages.ToDictionary(m => m.GetProperty("id").GetString()!, m => m.GetProperty("sends28d").GetInt32());
        var result = Match.Choose(
            Texts(input.GetProperty("proto")),
            input.GetProperty("draws").EnumerateObject().ToDictionary(set => set.Name, set => (IReadOnlyDictionary<string, double>)Numbers(set.Value)),
            [.. messages.Where(m => m.GetProperty("eligible").GetBoolean()).Select(m => new CatalogueMessage(m.GetProperty("id").GetString()!, Texts(m.GetProperty("actions"))))],
            message => sends[message],
            message => Match.TieHash(message, id),
            new MatchOptions { Width = input.GetProperty("k").GetInt32() });
        if (expected.GetProperty("selected").ValueKind == JsonValueKind.Null)
        {
            Assert.Equal("NoEligibleMessage", expected.GetProperty("reason").GetString());
            Assert.IsType<MatchResult.NoEligibleMessage>(result);
            return;
        }

        var matched = Assert.IsType<MatchResult.Matched>(result);
        Assert.Equal(expected.GetProperty("selected").GetString(), matched.MessageId);
        Close(expected.GetProperty("distance"), matched.Best.Distance, 1e-9, 1e-12, "distance");
        var values = matched.Candidates.ToDictionary(candidate => candidate.MessageId, candidate => candidate.Value);
        Assert.Equal(expected.GetProperty("candidates").EnumerateArray().Select(c => c.GetString()!).Order(), values.Keys.Order());
        Assert.All(
            expected.GetProperty("candidates").EnumerateArray().Zip(expected.GetProperty("values").EnumerateArray()),
            pair => Close(pair.Second, values[pair.First.GetString()!], 1e-9, 1e-12, "value"));
    }

    static Dictionary<string, string> Texts(JsonElement of) => of.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);

    static Dictionary<string, double> Numbers(JsonElement of) => of.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
}
