using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery.Unsubscribing;

/// <summary>
/// Addresses under which one click unsubscribes, without a login: the decision that spoke, and a signature under the deployment's pepper. They tell
/// nothing of the user, never grow old, and are the same for every rendering of a message.
/// </summary>
public sealed class UnsubscribeLinks(KeyRing keys, IOptions<HttpOptions> http)
{
    const int SignatureBytes = 16;

    /// <summary>The address for a decision; null when the silo does not know where the world reaches it.</summary>
    public async ValueTask<string?> ForAsync(string decisionId, CancellationToken stop) =>
        PublicAddress.Of(http.Value, "/v1/unsubscribe/" + await TokenAsync(decisionId, stop));

    /// <summary>The token of a decision.</summary>
    public async ValueTask<string> TokenAsync(string decisionId, CancellationToken stop) =>
        $"{decisionId}.{Convert.ToHexStringLower(Signature(await keys.PepperAsync(stop), decisionId))}";

    /// <summary>The decision that a token names; null when it was altered, or put together.</summary>
    public async ValueTask<string?> DecisionOfAsync(string token, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(token);
        var dot = token.LastIndexOf('.');
        if (dot is < 1 or > 100 || token.Length != dot + 1 + (2 * SignatureBytes))
        {
            return null;
        }

        var expected = Convert.ToHexStringLower(Signature(await keys.PepperAsync(stop), token[..dot]));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(token[(dot + 1)..])) ? token[..dot] : null;
    }

    static Span<byte> Signature(Pepper pepper, string decisionId) => pepper.Hash("unsubscribe:" + decisionId).AsSpan(0, SignatureBytes);
}
