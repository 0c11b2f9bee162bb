using System.Net;
using System.Net.Sockets;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Where webhooks may go: public addresses over https, unless the configuration allows more.</summary>
public static class WebhookTarget
{
    static readonly IPNetwork[] Refused =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");
    static readonly IPNetwork Documentation = IPNetwork.Parse("2001:db8::/32");
    static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");
    static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Why a webhook may not go to an address of the web; null = it may. Names are checked again when they are resolved.</summary>
    public static string? Refusal(string url, bool allowPrivate)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0)
        {
            return "it must be an absolute https address without a name and password in it.";
        }

        if (allowPrivate)
        {
            return null;
        }

        if (uri.Scheme != "https" || uri.Port is not (443 or 8443))
        {
            return "it must be https on port 443 or 8443, unless Delivery:AllowPrivateAddresses is true.";
        }

        return IPAddress.TryParse(uri.DnsSafeHost, out var address) && IsPrivate(address)
            ? "it is a private, loopback or reserved address; Delivery:AllowPrivateAddresses=true allows those."
            : null;
    }

    /// <summary>Whether an address is none of the public internet, in any of its spellings.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? Refused.Any(network => network.Contains(address))
            : !PublicV6.Contains(address) || Documentation.Contains(address) || Teredo.Contains(address) || SixToFour.Contains(address);
    }

    /// <summary>A handler that resolves a name once and connects to the address it has checked; follows nothing and keeps no cookie.</summary>
    internal static SocketsHttpHandler Handler(bool allowPrivate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = async (context, stop) =>
        {
            var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, stop);
            var allowed = addresses.Where(address => allowPrivate || !IsPrivate(address)).ToArray();
            // One private address among public ones is enough: a name that answers differently each time must not get through by luck.
            if (allowed.Length == 0 || allowed.Length < addresses.Length)
            {
                throw new WebhookTargetException($"{context.DnsEndPoint.Host} resolves to a private, loopback or reserved address.");
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}

/// <summary>A webhook's name leads where it may not go.</summary>
public sealed class WebhookTargetException(string message) : Exception(message);
