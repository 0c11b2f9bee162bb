using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Aampe.Agents.Silo.Tests.Delivery.Mail;

/// <summary>A mail server over TCP: takes mail and parses it, and refuses whom it is told to.</summary>
public sealed class MailSink : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Task serving;

    public MailSink()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var services = new ServiceProvider();
        services.Add(new Store(this));
        services.Add(new Filter(this));
        var options = new SmtpServerOptionsBuilder().ServerName("sink.example").Endpoint(new EndpointDefinitionBuilder().Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).Build()).Build();
        var server = new SmtpServer.SmtpServer(options, services);
        server.SessionCreated += (_, _) => Sessions++;
        serving = server.StartAsync(stop.Token);
    }

    public int Port { get; }

    public ConcurrentQueue<MimeMessage> Mails { get; } = new();

    /// <summary>Recipients that were named, taken or not.</summary>
    public ConcurrentQueue<string> Named { get; } = new();

    /// <summary>Answer to the n-th naming of a recipient (from 1); null = taken.</summary>
    public Func<string, int, (int Status, string Text)?> Recipient { get; set; } = (_, _) => null;

    /// <summary>Mails that came in whole, taken or not.</summary>
    public ConcurrentQueue<MimeMessage> Offered { get; } = new();

    /// <summary>Connections that were made.</summary>
    public int Sessions { get; private set; }

    /// <summary>Answer to the n-th mail that came in whole; null = taken. A <see cref="CutException"/> cuts the connection.</summary>
    public Func<int, Task<(int Status, string Text)?>> Taken { get; set; } = _ => Task.FromResult<(int, string)?>(null);

    /// <summary>Cuts the connection instead of an answer.</summary>
    public sealed class CutException : Exception;

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        await stop.CancelAsync();
        try
        {
            await serving;
        }
        catch (OperationCanceledException)
        {
        }

    }

    static SmtpResponse Of((int Status, string Text) answer) => new((SmtpReplyCode)answer.Status, answer.Text);

    sealed class Store(MailSink sink) : MessageStore
    {
        int offered;

        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            var mail = await MimeMessage.LoadAsync(new MemoryStream(buffer.ToArray()), cancellationToken);
            sink.Offered.Enqueue(mail);
            try
            {
                if (await sink.Taken(++offered) is { } refusal)
                {
                    return Of(refusal);
                }
            }
            catch (CutException)
            {
                context.Pipe.Input.Complete();
                context.Pipe.Output.Complete();
                throw;
            }

            sink.Mails.Enqueue(mail);
            return SmtpResponse.Ok;
        }
    }

    sealed class Filter(MailSink sink) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
        {
            var address = to.AsAddress();
            sink.Named.Enqueue(address);
            return sink.Recipient(address, sink.Named.Count(one => one == address)) is { } refusal ? throw new SmtpResponseException(Of(refusal)) : Task.FromResult(true);
        }
    }
}
