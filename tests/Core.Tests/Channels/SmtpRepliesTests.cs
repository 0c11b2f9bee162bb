using Aampe.Agents.Core.Channels;

namespace Aampe.Agents.Core.Tests.Channels;

public sealed class SmtpRepliesTests
{
    [Theory]
    [InlineData(250, "2.0.0 Ok", true, SmtpReply.Taken)]
    [InlineData(450, "4.2.1 try later", true, SmtpReply.Later)]
    [InlineData(421, "closing", false, SmtpReply.Later)]
    [InlineData(550, "no such user", true, SmtpReply.DeadAddress)]
    [InlineData(550, "5.1.1 <ada@example.com> no such user", true, SmtpReply.DeadAddress)]
    [InlineData(550, "5.1.10 null MX", true, SmtpReply.DeadAddress)]
    [InlineData(550, "5.2.1 mailbox disabled", true, SmtpReply.DeadAddress)]
    [InlineData(552, "5.2.2 mailbox full", true, SmtpReply.Refused)]
    [InlineData(550, "5.7.1 we do not like you", true, SmtpReply.Refused)]
    [InlineData(554, "5.7.1 spam", false, SmtpReply.Refused)]
    [InlineData(550, "no", false, SmtpReply.Refused)]
    public void An_answer_says_whether_the_address_is_dead(int status, string text, bool aboutRecipient, SmtpReply meaning) =>
        Assert.Equal(meaning, SmtpReplies.Of(status, text, aboutRecipient));
}
