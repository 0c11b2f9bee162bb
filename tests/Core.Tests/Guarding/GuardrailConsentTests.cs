using Aampe.Agents.Core.Guarding;
using static Aampe.Agents.Core.Tests.Guarding.GuardrailZones;

namespace Aampe.Agents.Core.Tests.Guarding;

public class GuardrailConsentTests
{
    [Theory]
    [InlineData("email", "marketing", false)]
    [InlineData("sms", "marketing", false)]
    [InlineData("whatsapp", "marketing", false)]
    [InlineData("push", "marketing", true)]
    [InlineData("in_app", "marketing", true)]
    [InlineData("email", "service", true)]
    [InlineData("sms", "transactional", true)]
    public void Silence_is_no_for_channels_that_need_a_yes(string channel, string category, bool allowed) =>
        Assert.Equal(allowed, Consent.Allows(channel, category, []));

    [Theory]
    [InlineData("email", "marketing", "granted", true)]
    [InlineData("email", "marketing", "unknown", false)]
    [InlineData("push", "marketing", "denied", false)]
    [InlineData("push", "marketing", "unknown", true)]
    [InlineData("in_app", "marketing", "denied", false)]
    [InlineData("email", "transactional", "denied", false)]
    [InlineData("email", "service", "denied", false)]
    public void A_statement_about_the_channel_counts(string channel, string category, string status, bool allowed)
    {
        var purpose = category == "marketing" ? "marketing" : "service";

        Assert.Equal(allowed, Consent.Allows(channel, category, [new(channel, purpose, status, Utc("2026-11-01T00:00Z"))]));
        Assert.Equal(allowed, Consent.Allows(channel, category, [new("*", purpose, status, Utc("2026-11-01T00:00Z"))]));
    }

    [Fact]
    public void The_newest_statement_wins_whatever_the_order()
    {
        ConsentStatement granted = new("email", "marketing", "granted", Utc("2026-11-01T00:00Z"));
        ConsentStatement denied = new("*", "marketing", "denied", Utc("2026-11-02T00:00Z"));
        var again = granted with { At = Utc("2026-11-03T00:00Z") };

        Assert.False(Consent.Allows("email", "marketing", [granted, denied]));
        Assert.False(Consent.Allows("email", "marketing", [denied, granted]));
        Assert.True(Consent.Allows("email", "marketing", [again, denied, granted]));
    }

    [Fact]
    public void Of_two_at_one_moment_the_denial_wins()
    {
        ConsentStatement granted = new("sms", "marketing", "granted", Utc("2026-11-01T00:00Z"));
        var denied = granted with { Status = "denied" };

        Assert.False(Consent.Allows("sms", "marketing", [granted, denied]));
        Assert.False(Consent.Allows("sms", "marketing", [denied, granted]));
    }

    [Fact]
    public void Of_a_grant_and_an_unknown_at_one_moment_the_unknown_wins()
    {
        ConsentStatement granted = new("sms", "marketing", "granted", Utc("2026-11-01T00:00Z"));
        var unknown = granted with { Channel = "*", Status = "unknown" };

        Assert.False(Consent.Allows("sms", "marketing", [granted, unknown]));
        Assert.False(Consent.Allows("sms", "marketing", [unknown, granted]));
    }

    [Fact]
    public void Other_channels_and_purposes_do_not_count() =>
        Assert.False(Consent.Allows("sms", "marketing",
            [new("email", "marketing", "granted", Utc("2026-11-01T00:00Z")), new("sms", "service", "granted", Utc("2026-11-01T00:00Z"))]));
}
