using System.Globalization;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

/// <summary>Whether a log that agents left under the floor tells what other policies would have brought.</summary>
public sealed class JointOffPolicyTests
{
    const int Users = 40, Rows = 200_000;

    static readonly EligibleActions All = EligibleActions.All(Town.Layout);
    static readonly Tiring Fresh = new(0, 1);

    /// <summary>A user of the town whose agent has learnt for a week, and what each outcome of a decision is worth and how likely it is.</summary>
    sealed record Someone(string Name, double[] Effects, EffectBelief Belief, ExplorationPlan Plan, Dictionary<string, JointPropensity> Logged)
    {
        public static Someone Draw(int i, Random random)
        {
            var (_, effects, counts) = Town.Draw(random);
            var user = Town.Law.Of(new BehaviourSummary(28, counts[4] + counts[5], counts));
            var belief = EffectBelief.Of(user, Town.Live(effects, 7, random));
            // The town's law is known, so the rule leaves the floor, and draws as wide as three weeks can settle.
            var plan = Exploration.Plan(LeftToLearn.Of(belief, user, Town.Layout, All, Fresh, new()), 21, 1000, new());
            return new(i.ToString(CultureInfo.InvariantCulture), effects, belief, plan, []);
        }

        public LoggedChoice Decide(Random random)
        {
            var actions = new byte[2];
            var sends = JointChoice.Choose(Belief, Town.Layout, All, Plan, Fresh, random, actions).Sends;
            var name = sends ? $"{actions[0]}{actions[1]}" : "hold";
            if (!Logged.TryGetValue(name, out var logged))
            {
                logged = JointPropensity.Of(Belief, Town.Layout, All, Plan, Fresh, sends ? actions : [], JointPropensity.DefaultRedraws, random);
                Logged.Add(name, logged);
            }

            return new(Name, name, (sends ? Value(actions[0], actions[1]) : 0) + 0.7 * Core.Randomness.Draw.Normal(random), logged.Chosen, logged.EstimatedBy > 0);
        }

        public double Value(byte first, byte second)
        {
            Span<double> row = new double[Town.Layout.Dimension];
            Town.Layout.AddMessage(row, [first, second], 1, 0);
            return row.ToArray().Zip(Effects, (x, t) => x * t).Sum();
        }
    }

    static readonly Lazy<(Someone[] Users, LoggedChoice[] Log)> Lived = new(() =>
    {
        var random = new SeededRandom("off-policy");
        Someone[] users = [.. Enumerable.Range(0, Users).Select(i => Someone.Draw(i, random))];
        return (users, [.. Enumerable.Range(0, Rows).Select(row => users[row % Users].Decide(random))]);
    });

    static OffPolicy.Evaluated Evaluate(Dictionary<string, double> policy)
    {
        var (users, log) = Lived.Value;
        var target = new TargetPolicy(users.ToDictionary(user => user.Name, _ => (IReadOnlyDictionary<string, double>)policy));
        return Assert.IsType<OffPolicy.Evaluated>(OffPolicy.Evaluate(log, target, WeightCap.None, ConfidenceLevel.Default));
    }

    static double Deviations(Estimate.Known estimate, double truth) => (estimate.Value - truth) / estimate.StandardError;

    [Theory, InlineData(0, 0), InlineData(1, 1), InlineData(2, 0)]
    public void The_value_of_one_message_for_all_is_found_from_a_log_under_the_floor(byte first, byte second)
    {
        var (users, log) = Lived.Value;
        Assert.Contains(users, user => user.Plan.Uniform == 0.01);
        var answer = Evaluate(new() { [$"{first}{second}"] = 1 });
        var truth = users.Average(user => user.Value(first, second));
        // 5 deviations: a false alarm in 2 million. Without weights the log is about another policy.
        Assert.InRange(Deviations(answer.InverseProbability, truth), -5, 5);
        Assert.InRange(Deviations(answer.SelfNormalised, truth), -5, 5);
        Assert.InRange(Deviations(answer.DoublyRobust, truth), -5, 5);
        Assert.False(answer.Unreliable);
        Assert.True(Math.Abs(log.Average(row => row.Outcome) - truth) > 5 * answer.SelfNormalised.StandardError);
    }

    [Fact]
    public void The_value_of_random_messages_is_found_too()
    {
        var (users, _) = Lived.Value;
        string[] messages = ["00", "01", "10", "11", "20", "21"];
        var answer = Evaluate(messages.ToDictionary(name => name, _ => 1.0 / 6));
        var truth = users.Average(user => messages.Average(name => user.Value((byte)(name[0] - '0'), (byte)(name[1] - '0'))));
        Assert.InRange(Deviations(answer.InverseProbability, truth), -5, 5);
        Assert.InRange(Deviations(answer.SelfNormalised, truth), -5, 5);
        Assert.InRange(answer.MeanWeight, 1 - 5 * answer.MeanWeightError, 1 + 5 * answer.MeanWeightError);
    }
}
