using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Messages;

/// <summary>The match by places against the match by names, which says what it must be.</summary>
public sealed class MatchingTests
{
    static readonly string[][] actions = [["warm", "plain", "playful", "formal"], ["none", "percent"], ["push", "email", "in_app"]];
    static readonly string[] sets = ["tone", "offer", "channel"];

    [Fact]
    public void Any_catalogue_is_matched_as_by_names()
    {
        var (matched, complete, tied) = (0, 0, 0);
        for (var i = 0; i < 400; i++)
        {
            var random = new SeededRandom($"matching/{i}");
            var choices = Choices(random);
            var catalogue = Catalogue(random, choices);
            var width = 1 + random.Next(12);
            int Sends(string id) => id.Length % 2;
            ulong Tie(string id) => Match.TieHash(id, "decision");
            if (Match.Choose(choices, catalogue, Sends, Tie, new MatchOptions { Width = width }) is not MatchResult.Matched expected)
            {
                continue;
            }

            var ours = new Matching(choices, catalogue);
            Assert.Equal(expected.Candidates.AsEnumerable(), ours.Nearest(width, Sends, Tie));
            Assert.Equal(new CatalogueIndex(choices, catalogue, Sends, Tie, MatchOptions.Default).HoldsEveryCombinationOnce, ours.HoldsEveryCombinationOnce());
            matched++;
            complete += ours.HoldsEveryCombinationOnce() ? 1 : 0;
            tied += expected.Candidates.Length > 1 && expected.Candidates[0].Value == expected.Candidates[1].Value ? 1 : 0;
        }

        Assert.True(matched > 300 && complete is > 20 and < 300 && tied > 10, $"{matched} matched, {complete} complete, {tied} tied");
    }

    // Some actions are masked, so that some messages cannot go.
    static Choice[] Choices(SeededRandom random) => [.. sets.Select((set, s) => ThompsonSampling.Choose(
        set,
        [.. actions[s].Where((_, a) => a == 0 || random.Next(4) > 0).Select(action => new EligibleAction(action, ArmPosterior.Of(new BetaPosterior(2, 3)), ArmPosterior.Of(new BetaPosterior(2, 3))))],
        random.Next(2) == 0,
        new SamplingOptions(0.5, 0.1),
        random))];

    // All combinations of the candidates, or some of all actions, some of them twice.
    static CatalogueMessage[] Catalogue(SeededRandom random, Choice[] choices)
    {
        var whole = random.Next(3) == 0;
        var all = from tone in actions[0] from offer in actions[1] from channel in actions[2] select new[] { tone, offer, channel };
        return [.. all
            .Where(one => whole ? one.Select((action, s) => choices[s].Candidates.Any(candidate => candidate.Action == action)).All(has => has) : random.Next(2) == 0)
            .SelectMany(one => Enumerable.Repeat(one, whole ? 1 : 1 + random.Next(2)))
            .Select((one, i) => new CatalogueMessage($"m{i * i}", sets.Zip(one).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }
}
