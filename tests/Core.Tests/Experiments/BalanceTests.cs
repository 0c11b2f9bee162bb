using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class BalanceTests
{
    [Theory]
    [InlineData(0.09, false)]
    [InlineData(-0.11, true)]
    public void A_difference_above_a_tenth_of_a_deviation_is_flagged(double difference, bool flagged) =>
        Assert.Equal(flagged, ((Balance.Known)Balance.OfMeans(new(10, difference, 9), new(10, 0, 9))).Flagged);

    [Fact]
    public void One_user_has_no_spread_to_compare_with() =>
        Assert.Equal(new Balance.NotKnown(WhyNotKnown.TooFewUnits), Balance.OfMeans(Moments.Of([1]), Moments.Of([1, 2])));

    [Fact]
    public void Arms_without_users_have_no_sample_ratio() => Assert.Equal(new SampleRatio.NotKnown(WhyNotKnown.EmptyArm), SampleRatio.Test([0, 0], [1, 1]));

    [Fact]
    public void A_single_arm_has_no_ratio_to_test() => Assert.Throws<ArgumentException>(() => SampleRatio.Test([10], [1]));
}
