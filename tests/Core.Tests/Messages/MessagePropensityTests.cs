using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Messages;

public sealed class MessagePropensityTests
{
    static readonly SamplingOptions options = new(0.6, 0.1);

    static readonly EligibleAction[] tones = [Arm("warm", 3, 9), Arm("plain", 2, 7), Arm("playful", 0.6, 3)];
    static readonly EligibleAction[] offers = [Arm("none", 5, 9), Arm("percent", 4, 5)];

    static readonly CatalogueMessage[] complete =
        [.. from tone in tones from offer in offers select Message($"{tone.Action}-{offer.Action}", tone.Action, offer.Action)];

    [Fact]
    public void A_complete_catalogue_has_exact_propensities()
    {
        var choices = Choices("exact");
        var ours = Distribution(choices, complete, 1);
        Assert.Equal(PropensityMethod.Exact, ours.Method);
        Assert.Equal(1, ours.Messages.Sum(one => one.Probability), 1e-9);
        Assert.Equal(CombinationPropensity.Of(choices, options), ours.Of($"{choices[0].Action}-{choices[1].Action}").Probability, 1e-12);
    }

    [Fact]
    public void Without_mixing_the_propensity_is_the_product_over_sets()
    {
        var pure = new SamplingOptions(1, 0);
        var choices = Choices("pure", pure);
        var ours = MessagePropensity.Of(choices, complete, _ => 0, Hash, pure, MatchOptions.Default, 10, new SeededRandom("mc"));
        Assert.Equal(MessagePropensity.BeforeExploration(choices), ours.Of($"{choices[0].Action}-{choices[1].Action}").Probability, 1e-12);
    }

    // A twin makes the catalogue incomplete in form but not in effect: sum of the twins = exact value. 100,000 repeats, |z| < 5.7 over six cells.
    [Fact]
    public void Repeats_agree_with_the_exact_propensities()
    {
        var exact = Distribution(Choices("agree"), complete, 1);
        var estimated = Distribution(Choices("agree"), [.. complete, Message("twin", "warm", "none")], 100_000);
        Assert.Equal(PropensityMethod.MonteCarlo, estimated.Method);
        foreach (var message in complete)
        {
            var expected = exact.Of(message.Id).Probability;
            var ours = estimated.Of(message.Id).Probability + (message.Id == "warm-none" ? estimated.Of("twin").Probability : 0);
            Assert.True(Math.Abs(ours - expected) < 5.7 * Math.Sqrt(expected * (1 - expected) / 100_000) + 1e-4, $"{message.Id}: {expected} against {ours}");
        }
    }

    // The same decision made 20,000 times by the public parts; Match is the slow oracle of the index. |z| < 5.7.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Estimates_are_the_frequencies_of_repeated_decisions(int width)
    {
        CatalogueMessage[] sparse = [Message("a", "warm", "none"), Message("b", "plain", "percent"), Message("c", "playful", "none"), Message("d", "playful", "percent")];
        var match = new MatchOptions { Width = width, SetWeights = MatchOptions.Default.SetWeights.Add("offer", 0.7) };
        var estimated = MessagePropensity.Of(Choices("x"), sparse, _ => 0, Hash, options, match, 100_000, new SeededRandom("mc"));
        var counts = Enumerable.Range(0, 20_000)
            .Select(i => ((MatchResult.Matched)Match.Choose(Choices($"r{i}"), sparse, _ => 0, Hash, match)).MessageId)
            .CountBy(id => id).ToDictionary();
        foreach (var message in sparse)
        {
            var p = estimated.Of(message.Id).Probability;
            Assert.True(Math.Abs(counts.GetValueOrDefault(message.Id) / 20_000.0 - p) < 5.7 * Math.Sqrt(p * (1 - p) * (1 / 20_000.0 + 1 / 100_000.0)) + 1e-4, $"{message.Id}: {p}");
        }
    }

    [Fact]
    public void Estimates_are_never_zero_and_sum_to_one()
    {
        var ours = Distribution(Choices("few"), complete[..3], 50);
        Assert.Equal(1, ours.Messages.Sum(one => one.Probability), 1e-12);
        Assert.All(ours.Messages, one => Assert.True(one is { Probability: > 0, StandardError: > 0 }));
    }

    [Fact]
    public void A_marginal_sums_the_messages_with_that_action()
    {
        var ours = Distribution(Choices("marginal"), complete, 1);
        var expected = Choices("marginal")[0].Candidates[0].Propensity;
        Assert.Equal(expected, ours.Marginal(complete, "tone", "warm"), 1e-12);
    }

    [Fact]
    public void Random_control_spreads_evenly_over_a_complete_catalogue()
    {
        var random = new SeededRandom("control");
        Choice[] choices = [ThompsonSampling.ChooseUniformly("tone", tones, random), ThompsonSampling.ChooseUniformly("offer", offers, random)];
        Assert.All(Distribution(choices, complete, 1).Messages, one => Assert.Equal(1 / 6.0, one.Probability, 1e-12));
    }

    static MessageDistribution Distribution(Choice[] choices, CatalogueMessage[] messages, int repeats) =>
        MessagePropensity.Of(choices, messages, _ => 0, Hash, options, MatchOptions.Default, repeats, new SeededRandom("mc"));

    static Choice[] Choices(string seed, SamplingOptions? sampling = null)
    {
        var random = new SeededRandom(seed);
        var used = sampling ?? options;
        var sampled = used.DrawSampled(random);
        return [ThompsonSampling.Choose("tone", tones, sampled, used, random), ThompsonSampling.Choose("offer", offers, sampled, used, random)];
    }

    static ulong Hash(string id) => Match.TieHash(id, "decision");

    static CatalogueMessage Message(string id, string tone, string offer) => new(id, new Dictionary<string, string> { ["tone"] = tone, ["offer"] = offer });

    static EligibleAction Arm(string action, double alpha, double beta) => new(action, ArmPosterior.Of(new BetaPosterior(alpha, beta)), ArmPosterior.Of(default(BetaPosterior)));
}
