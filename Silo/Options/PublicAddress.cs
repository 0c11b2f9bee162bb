namespace Aampe.Agents.Silo.Options;

/// <summary>Where the world reaches the silo: setting <c>Http:PublicAddress</c>.</summary>
static class PublicAddress
{
    /// <summary>A path under the public address; null when none is set.</summary>
    public static string? Of(HttpOptions options, string path) => options.PublicAddress.Length == 0 ? null : options.PublicAddress.TrimEnd('/') + path;

    /// <summary>What is wrong with an address; null = nothing.</summary>
    /// <param name="address">The setting.</param>
    /// <param name="allowPrivate">Whether http and addresses of this machine are allowed, as for webhooks.</param>
    public static string? Fault(string address, bool allowPrivate) =>
        address.Length == 0 || Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || allowPrivate && uri.Scheme == "http") && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
            ? null
            : $"Http:PublicAddress must be an https address such as https://agents.example, without a query; was '{address}'. Delivery:AllowPrivateAddresses=true allows http.";
}
