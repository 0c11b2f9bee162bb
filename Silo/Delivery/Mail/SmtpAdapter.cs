using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Aampe.Agents.Core.Channels;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>
/// Hands messages to a mail server. The server knows no decision ids, so a mail is offered again only when it is proved that the last offer was not
/// taken; its Message-Id is made of the decision id, so that even then a reader could tell a second one.
/// </summary>
sealed class SmtpAdapter(ChannelOptions options, UnsubscribeLinks links, TimeProvider time) : IChannelAdapter, IDisposable
{
    public const string Name = "smtp";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly MailCopy copy = new(options);
    readonly MailConnections connections = new(options, new MailCopy(options).Domain, time);

    public string Kind => Name;

    public bool Idempotent => false;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        MimeMessage mail;
        try
        {
            mail = copy.Of(message, IsMarketing(message) ? await links.ForAsync(message.DecisionId, stop) : null, time.GetUtcNow());
        }
        catch (MailCopyException fault)
        {
            return Outcomes.Refused(message, fault.Code) with { AddressDead = fault.AddressDead };
        }

        using (mail)
        using (var limit = new CancellationTokenSource(Limit, time))
        using (var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token))
        {
            return await OfferAsync(message, mail, fresh: false, both.Token)
                ?? await OfferAsync(message, mail, fresh: true, both.Token)
                ?? throw new InvalidOperationException("A fresh connection always has an outcome.");
        }
    }

    public void Dispose() => connections.Dispose();

    // Null: an idle connection turned out to be closed before the mail got anywhere.
    async Task<HandoverOutcome?> OfferAsync(ChannelMessage message, MimeMessage mail, bool fresh, CancellationToken stop)
    {
        MailConnection? connection = null;
        var inOrder = false;
        try
        {
            connection = await connections.TakeAsync(fresh, stop);
            await connection.SendAsync(mail, stop);
            inOrder = true;
            return new HandoverOutcome(HandoverStatus.Sent, message.At, null, "smtp 250", mail.MessageId);
        }
        catch (SmtpCommandException answer)
        {
            // The server has answered: whatever it said, it has not taken the mail, and the connection is in order.
            inOrder = connection is { IsConnected: true };
            return Answered(message, answer);
        }
        catch (AuthenticationException)
        {
            return Outcomes.Again(message, "smtp login refused", TimeSpan.Zero);
        }
        catch (Exception fault) when (fault is NotSupportedException or SslHandshakeException)
        {
            return Outcomes.Again(message, fault is NotSupportedException ? "smtp tls missing" : "smtp tls failed", TimeSpan.Zero);
        }
        catch (Exception fault) when (connection is not { IsBeyondRecipient: true } && fault is IOException or SocketException or ProtocolException or ServiceNotConnectedException)
        {
            return connection is { IsUsed: true } ? null : Outcomes.Again(message, "smtp connection", TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (connection is not { IsBeyondRecipient: true })
        {
            return Outcomes.Again(message, "smtp timeout", TimeSpan.Zero);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ProtocolException or ServiceNotConnectedException or OperationCanceledException)
        {
            return Outcomes.Unknown(message, fault is OperationCanceledException ? "smtp timeout after data" : "smtp connection after data");
        }
        finally
        {
            if (inOrder)
            {
                connections.Return(connection!);
            }
            else
            {
                connection?.Dispose();
            }
        }
    }

    static HandoverOutcome Answered(ChannelMessage message, SmtpCommandException answer)
    {
        var status = (int)answer.StatusCode;
        // The text of an answer repeats addresses: only its codes are kept.
        var code = $"smtp {status.ToString(CultureInfo.InvariantCulture)} {Enhanced(answer.Message)}".TrimEnd();
        return SmtpReplies.Of(status, answer.Message, answer.ErrorCode == SmtpErrorCode.RecipientNotAccepted) switch
        {
            SmtpReply.Later => Outcomes.Again(message, code, TimeSpan.Zero),
            SmtpReply.DeadAddress => Outcomes.Refused(message, code) with { AddressDead = true },
            _ => Outcomes.Refused(message, code),
        };
    }

    static string Enhanced(string text) => text.Split(' ', 2)[0] is { Length: >= 5 and <= 11 } first && first.All(c => char.IsAsciiDigit(c) || c == '.') ? first : "";

    static bool IsMarketing(ChannelMessage message)
    {
        using var document = JsonDocument.Parse(message.Message);
        return !document.RootElement.TryGetProperty("category", out var category) || category.GetString() == "marketing";
    }
}
