namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>Push services that are called: their addresses come out of browsers, and with them from anybody.</summary>
public static class PushHosts
{
    /// <summary>Those of Chromium, Firefox, Edge and Safari.</summary>
    public const string Usual = "fcm.googleapis.com *.push.services.mozilla.com *.notify.windows.com *.push.apple.com";

    /// <summary>Why a subscription's address is not called; null = it is. Names are checked again when they are resolved.</summary>
    public static string? Refusal(Uri endpoint, string hosts, bool allowPrivate)
    {
        if (WebhookTarget.Refusal(endpoint.OriginalString, allowPrivate) is { } refusal)
        {
            return refusal;
        }

        return hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(host => Matches(endpoint.DnsSafeHost, host))
            ? null
            : $"'{endpoint.DnsSafeHost}' is none of the push services that Delivery:PushHosts names.";
    }

    static bool Matches(string host, string allowed) => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase) && host.Length > allowed.Length - 1
        : string.Equals(host, allowed, StringComparison.OrdinalIgnoreCase);
}
