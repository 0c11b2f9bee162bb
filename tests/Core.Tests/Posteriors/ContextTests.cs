using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Tests.Posteriors;

public sealed class ContextTests
{
    [Theory]
    [InlineData(6.99, 1, 0, "new-low")]
    [InlineData(7, 6.99, 3, "active-mid")]
    [InlineData(100, 7, 20, "lapsing-mid")]
    [InlineData(100, 28, 21, "lapsing-high")]
    [InlineData(100, 28.01, 0, "lapsed-low")]
    [InlineData(100, 29, 9, "lapsed-low")]
    [InlineData(100, 0, 2, "active-low")]
    public void A_user_lies_in_one_cell(double daysKnown, double daysSilent, int events, string key) =>
        Assert.Equal(key, Context.Of(TimeSpan.FromDays(daysKnown), TimeSpan.FromDays(daysSilent), events).Key);

    [Fact]
    public void A_known_user_who_never_acted_is_lapsed() =>
        Assert.Equal("lapsed-low", Context.Of(TimeSpan.FromDays(40), TimeSpan.MaxValue, 0).Key);

    [Fact]
    public void Ten_of_the_twelve_cells_occur() => Assert.Equal(10, Context.All.Distinct().Count());

    [Fact]
    public void The_default_context_has_an_empty_key() => Assert.Equal("", default(Context).Key);
}
