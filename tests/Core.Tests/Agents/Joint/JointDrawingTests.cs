using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents.Joint;

/// <summary>One draw from a joint belief: what is chosen, and that its logged probability is how often it happens.</summary>
public sealed class JointDrawingTests
{
    const int Repeats = 4_000;

    static readonly ProgramDefinition program = SomeProgram.Of().WithHoles();
    static readonly EffectLayout layout = new([2, 2, 3]);
    static readonly ImmutableArray<JointSetOrder> order = [new("channel", ["push", "in_app"]), new("tone", ["warm", "plain"]), new("offer", ["none", "free_delivery", "discount"])];

    static ImmutableArray<float> Belief(double message, double warm, double fatigue, double deviation)
    {
        var mean = layout.Coefficients(message, [[0, 0], [warm, -warm], [0.05, 0, -0.05]], fatigue);
        var (n, numbers) = (layout.Dimension, new List<float> { layout.Dimension, 1, 0, 1 });
        numbers.AddRange(mean.Select(x => (float)x));
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                // Factor of the precision.
                numbers.Add(i == j ? (float)(1 / deviation) : 0);
            }
        }

        return [.. numbers];
    }

    static DrawInputs Inputs(string key, ExplorationPlan plan, bool mayRest = true, double message = 0.3, double warm = 0.1, double fatigue = 0.05, double deviation = 0.1, double load = 1) => new()
    {
        Arm = Arms.Agentic,
        Uniform = false,
        Sampling = new SamplingOptions(1, 0.01),
        MatchWidth = 10,
        Sets = [.. mayRest ? [Set("frequency", Dimension.Frequency, [Drawing.Hold, Drawing.Send])] : Array.Empty<SetInput>(), .. order.Select(set => Set(set.Id, set.Id == "channel" ? Dimension.Channel : Dimension.Content, [.. set.Actions]))],
        Eligible = [.. program.Messages.Select(one => one.Id)],
        Sends28d = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
        RngKey = key,
        DecisionId = "dec_" + key,
        Joint = new JointInputs { Sets = order, Belief = Belief(message, warm, fatigue, deviation), Load = load, Plan = plan },
    };

    static SetInput Set(string id, Dimension dimension, string[] actions) =>
        new(id, dimension, [.. actions.Select(action => new EligibleAction(action, new ArmPosterior.Normal(0, 1), new ArmPosterior.Normal(0, 1)))]);

    static Drawn Draw(DrawInputs inputs) => Drawing.Draw(inputs, id => program.Messages.First(message => message.Id == id));

    [Fact]
    public void Without_exploration_the_message_of_the_largest_mean_goes()
    {
        var drawn = Draw(Inputs("a", ExplorationPlan.None));
        // No message of the catalogue carries warm words, push and no offer.
        Assert.Equal(program.Messages.Where(one => one.Labels["tone"] == "warm").Select(one => one.Id).OrderBy(id => id.EndsWith("none", StringComparison.Ordinal) ? 0 : 1).First(), drawn.MessageId);
        Assert.Equal((1.0, 0.0, 0.0), (drawn.Propensity, drawn.HoldPropensity, drawn.StandardError));
    }

    [Fact]
    public void A_message_that_brings_less_than_it_tires_is_not_sent() =>
        Assert.Equal(("", 1.0), (Draw(Inputs("a", ExplorationPlan.None, message: 0.05, warm: 0.01, fatigue: 0.1, load: 2)).MessageId, Draw(Inputs("a", ExplorationPlan.None, message: 0.05, warm: 0.01, fatigue: 0.1, load: 2)).HoldPropensity));

    [Fact]
    public void Without_a_frequency_set_something_always_goes() =>
        Assert.All(Enumerable.Range(0, 200), i => Assert.NotEqual("", Draw(Inputs($"{i}", new ExplorationPlan(0.5, 0.5, 1, 0.8), mayRest: false, message: -5)).MessageId));

    [Theory]
    [InlineData(0.01, 0, 1)]
    [InlineData(0.3, 0.5, 1)]
    [InlineData(0.05, 1, 0.5)]
    [InlineData(1, 0.5, 1)]
    public void Logged_propensities_are_how_often_it_happens(double uniform, double sampled, double width)
    {
        var plan = new ExplorationPlan(uniform, sampled, width, 0.8);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var stated = new Dictionary<string, (double Sum, double Error)>(StringComparer.Ordinal);
        for (var i = 0; i < Repeats; i++)
        {
            var drawn = Draw(Inputs($"{plan.Uniform}/{plan.Sampled}/{i}", plan));
            counts[drawn.MessageId] = counts.GetValueOrDefault(drawn.MessageId) + 1;
            stated[drawn.MessageId] = (drawn.Propensity, drawn.StandardError);
            Assert.Equal(plan.Sampled > 0 && plan.Uniform < 1, drawn.Method == Core.Messages.PropensityMethod.MonteCarlo);
        }

        foreach (var (message, count) in counts)
        {
            // Ties of the mean are broken by the decision's id, but no two messages tie here.
            var (p, error) = stated[message];
            var deviation = Math.Sqrt(p * (1 - p) / Repeats + error * error);
            Assert.InRange((double)count / Repeats, p - 5 * deviation - 1e-3, p + 5 * deviation + 1e-3);
        }
    }

    [Fact]
    public void All_propensities_of_a_decision_sum_to_one()
    {
        var drawn = Draw(Inputs("sum", new ExplorationPlan(0.2, 0.5, 1, 0.8)));
        Assert.All(drawn.Choices, choice => Assert.Equal(1, choice.Candidates.Sum(one => one.Propensity), 9));
    }

    [Fact]
    public void Inputs_come_back_from_their_record()
    {
        var joint = Inputs("a", new ExplorationPlan(0.2, 0.5, 0.7, 0.8)).Joint! with { Slot = "morning-weekday" };
        var text = CanonicalText.Begin();
        joint.WriteTo(text);
        var again = JointInputs.Of(JsonNode.Parse(text.Finish())!.AsObject());
        Assert.Equal(joint.Belief.ToArray(), again.Belief.ToArray());
        Assert.Equal((joint.Load, joint.Slot, joint.Plan), (again.Load, again.Slot, again.Plan));
        Assert.Equal(joint.Sets.Select(set => set.Id + string.Concat(set.Actions)), again.Sets.Select(set => set.Id + string.Concat(set.Actions)));
    }

    [Fact]
    public void A_damaged_belief_is_refused_with_its_count() =>
        Assert.Contains("these are 3", Assert.Throws<ArgumentException>(() => EffectBelief.Of([5, 1, 0])).Message, StringComparison.Ordinal);
}
