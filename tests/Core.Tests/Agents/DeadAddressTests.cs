using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

public sealed class DeadAddressTests
{
    static readonly Instant now = SomeLife.Monday;

    static SomeLife Reachable(string address = "ada@example.com")
    {
        var life = new SomeLife(SomeProgram.Rules(new WorkspaceSettings(), SomeProgram.Of().AlwaysSends())).Seen(now);
        life.Observe(now, SomeEvents.Identify(now, $$"""{"email":"{{address}}"}"""));
        Assert.True(ContactTraits.CanReach(life.State, "email"));
        return life;
    }

    static void Bounce(SomeLife life, string fingerprint, bool trusted = true) => life.Observe(
        now, SomeEvents.Track("Message Bounced", now, properties: $$"""{"decisionId":"dec_gone","channel":"email","deadAddress":"{{fingerprint}}"}""", trusted: trusted));

    [Fact]
    public void A_dead_address_is_forgotten_and_does_not_come_back_with_the_next_sign_in()
    {
        var life = Reachable();
        Bounce(life, DeadAddresses.Fingerprint("email", "ada@example.com"));
        Assert.False(ContactTraits.CanReach(life.State, "email"));
        life.Observe(now, SomeEvents.Identify(now, """{"email":"ada@example.com"}"""));
        Assert.False(ContactTraits.CanReach(life.State, "email"));
        Assert.DoesNotContain(life.State.Addresses, pair => pair.Value.Contains('@', StringComparison.Ordinal));
        life.Observe(now, SomeEvents.Identify(now, """{"email":"ada@new.example"}"""));
        Assert.True(ContactTraits.CanReach(life.State, "email"));
        Assert.Empty(DeadAddresses.Channels(life.State.Addresses));
    }

    [Theory]
    [InlineData("sms", "+33 6 12-34.56 78", "33612345678")]
    [InlineData("whatsapp", "0033612345678", "33612345678")]
    [InlineData("email", "Ada@Home.Example", "ada@home.example")]
    [InlineData("push", "aB:c", "aB:c")]
    public void One_address_has_one_fingerprint_however_it_is_written(string channel, string written, string bare)
    {
        Assert.Equal(bare, ContactTraits.Bare(channel, written));
        Assert.Equal(DeadAddresses.Fingerprint(channel, bare), DeadAddresses.Fingerprint(channel, written));
    }

    [Fact]
    public void It_survives_storing()
    {
        var life = Reachable();
        Bounce(life, DeadAddresses.Whichever);
        Assert.Equal(["email"], DeadAddresses.Channels(AgentStateCodec.Unpack(AgentStateCodec.Pack(life.State)).Addresses));
    }

    [Fact]
    public void A_bounce_of_an_older_address_leaves_the_newer_one_alone()
    {
        var life = Reachable("ada@new.example");
        Bounce(life, DeadAddresses.Fingerprint("email", "ada@example.com"));
        Assert.Equal("ada@new.example", life.State.Addresses["email"]);
    }

    [Fact]
    public void Nobody_with_a_public_key_can_cut_a_user_off()
    {
        var life = Reachable();
        Bounce(life, DeadAddresses.Whichever, trusted: false);
        Assert.True(ContactTraits.CanReach(life.State, "email"));
    }

    [Fact]
    public void What_one_of_two_lives_knows_to_be_dead_stays_dead_when_they_join()
    {
        var dead = DeadAddresses.Without(Reachable().State.Addresses, "email", DeadAddresses.Whichever);
        Assert.Equal(["email"], DeadAddresses.Channels(DeadAddresses.Joined(Reachable().State.Addresses, dead)));
        Assert.False(DeadAddresses.Joined(Reachable().State.Addresses, dead).ContainsKey("email"));
        Assert.Equal("ada@new.example", DeadAddresses.Joined(Reachable("ada@new.example").State.Addresses, dead)["email"]);
    }
}
