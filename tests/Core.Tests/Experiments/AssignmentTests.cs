using Aampe.Agents.Core.Experiments;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class AssignmentTests
{
    static readonly ArmPlan Plan = new(new(Arm.Agentic, 70), new(Arm.Random, 10), new(Arm.Rules, 10), new(Arm.Holdout, 10));

    /// <summary>int.from_bytes(hashlib.sha256(b"4:salt:u-1").digest()[:8], "big") % 10000 in Python 3.11, and the like.</summary>
    [Theory]
    [InlineData("salt", "u-1", 3784)]
    [InlineData("spring é", "ü-2", 6596)]
    [InlineData("", "", 5288)]
    public void A_bucket_can_be_recomputed_anywhere(string salt, string user, int bucket) => Assert.Equal(bucket, Assignment.Bucket(salt, user));

    [Fact]
    public void Where_the_salt_ends_matters() => Assert.NotEqual(Assignment.Bucket("a:b", "c"), Assignment.Bucket("a", "b:c"));

    [Fact]
    public void Every_bucket_has_exactly_one_arm() =>
        Gen.Int[0, 50].Array[4].Where(weights => weights.Sum() > 0).Sample(weights =>
        {
            var plan = new ArmPlan([.. Enum.GetValues<Arm>().Zip(weights, (arm, weight) => new ArmShare(arm, weight))]);
            return Enum.GetValues<Arm>().Sum(plan.BucketsOf) == Assignment.Buckets
                && Enum.GetValues<Arm>().All(arm => Math.Abs(plan.BucketsOf(arm) - weights[(int)arm] * 10_000.0 / weights.Sum()) < 1)
                && Enum.GetValues<Arm>().All(arm => Enumerable.Range(0, Assignment.Buckets).Count(bucket => plan.At(bucket) == arm) == plan.BucketsOf(arm));
        }, iter: 50);

    [Fact, Trait("proves", "R10")]
    public void A_user_keeps_its_arm_while_salt_and_weights_stay() =>
        Gen.Select(Gen.String, Gen.String).Sample((salt, user) =>
            Assignment.ArmOf(salt, user, Plan) == Assignment.ArmOf(salt, user, new(new(Arm.Agentic, 7), new(Arm.Random, 1), new(Arm.Rules, 1), new(Arm.Holdout, 1))));

    [Fact]
    public void Arms_get_their_share_of_users()
    {
        // 100 000 users; a false alarm of the test has p < 1e-6.
        var users = Enumerable.Range(0, 100_000).CountBy(i => Assignment.ArmOf("x1", "user-" + i, Plan)).ToDictionary();
        var ratio = (SampleRatio.Tested)SampleRatio.Test([.. Enum.GetValues<Arm>().Select(arm => (long)users[arm])], [70, 10, 10, 10]);
        Assert.True(ratio.PValue > 1e-6, $"p = {ratio.PValue}");
    }

    [Fact]
    public void Two_salts_assign_independently()
    {
        // Of 100 000 users 10 % × 10 % = 1 000 are in both holdouts; sd 31.5, five of them each side (p < 1e-6).
        var both = Enumerable.Range(0, 100_000).Count(i =>
            Assignment.ArmOf("x1", "user-" + i, Plan) == Arm.Holdout && Assignment.ArmOf("x2", "user-" + i, Plan) == Arm.Holdout);
        Assert.InRange(both, 1000 - 158, 1000 + 158);
    }

    [Fact]
    public void A_plan_without_weight_is_refused() => Assert.Throws<ArgumentException>(() => new ArmPlan(new ArmShare(Arm.Agentic, 0)));

    [Fact]
    public void A_plan_with_an_arm_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ArmPlan(new ArmShare(Arm.Rules, 1), new ArmShare(Arm.Rules, 1)));

    [Fact]
    public void A_negative_weight_is_refused_by_name() =>
        Assert.Contains("Rules", Assert.Throws<ArgumentOutOfRangeException>(() => new ArmPlan(new(Arm.Agentic, 2), new(Arm.Rules, -1))).Message, StringComparison.Ordinal);
}
