using Aampe.Agents.Core.Channels;

namespace Aampe.Agents.Core.Tests.Channels;

public sealed class ContentLimitsTests
{
    [Theory]
    [InlineData("in_app", "title", 60)]
    [InlineData("in_app", "body", 200)]
    [InlineData("push", "title", 65)]
    [InlineData("push", "body", 240)]
    [InlineData("email", "subject", 120)]
    [InlineData("sms", "text", 1_600)]
    public void As_much_as_is_allowed_passes_and_one_character_more_does_not(string channel, string field, int limit)
    {
        Assert.Null(ContentLimits.Fault(channel, field, new string('x', limit)));
        Assert.Equal($"has {limit + 1} characters; at most {limit} on the channel {channel}.", ContentLimits.Fault(channel, field, new string('x', limit + 1)));
    }

    [Fact]
    public void A_character_is_what_people_see_as_one() =>
        Assert.Null(ContentLimits.Fault("push", "title", string.Concat(Enumerable.Repeat("👩‍👩‍👧", 65))));

    [Theory]
    [InlineData("3600", true)]
    [InlineData("2419200", true)]
    [InlineData("2419201", false)]
    [InlineData("an hour", false)]
    [InlineData("-1", false)]
    public void A_life_is_a_number_of_seconds(string text, bool valid) => Assert.Equal(valid, ContentLimits.Fault("push", "ttlSeconds", text) is null);

    [Fact]
    public void Other_fields_have_no_limit_of_their_own() => Assert.Null(ContentLimits.Fault("email", "html", new string('x', 60_000)));
}
