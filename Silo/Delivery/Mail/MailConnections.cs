using System.Collections.Concurrent;
using MailKit.Security;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>Connections to the mail server, kept for some seconds: a crowd of mails goes over a few of them.</summary>
sealed class MailConnections(ChannelOptions options, string greeting, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    readonly ConcurrentStack<(MailConnection Connection, long Since)> idle = new();

    /// <summary>A connection, signed in; an idle one unless a <paramref name="fresh"/> one is asked for.</summary>
    public async ValueTask<MailConnection> TakeAsync(bool fresh, CancellationToken stop)
    {
        while (!fresh && idle.TryPop(out var known))
        {
            if (known.Connection.IsConnected && time.GetElapsedTime(known.Since) < Idle)
            {
                known.Connection.Begin();
                return known.Connection;
            }

            known.Connection.Dispose();
        }

        var connection = new MailConnection { LocalDomain = greeting };
        try
        {
            await connection.ConnectAsync(options.Host, Port(options), Security(options.Tls), stop);
            if (options.User.Length > 0)
            {
                await connection.AuthenticateAsync(options.User, options.Password, stop);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gives a connection back that is in order.</summary>
    public void Return(MailConnection connection)
    {
        connection.IsUsed = true;
        idle.Push((connection, time.GetTimestamp()));
    }

    public void Dispose()
    {
        while (idle.TryPop(out var known))
        {
            known.Connection.Dispose();
        }
    }

    internal static int Port(ChannelOptions options) => options.Port > 0 ? options.Port : options.Tls == "SslOnConnect" ? 465 : 587;

    // Never "auto", which goes on in plain text where a server offers nothing better.
    static SecureSocketOptions Security(string tls) => tls switch
    {
        "SslOnConnect" => SecureSocketOptions.SslOnConnect,
        "None" => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
