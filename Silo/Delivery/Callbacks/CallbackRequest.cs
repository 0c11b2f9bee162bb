using System.Text;

namespace Aampe.Agents.Silo.Delivery.Callbacks;

/// <summary>What a provider sent.</summary>
/// <param name="Path">Path and query as they were asked for.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Query">Its query.</param>
/// <param name="Body">Its bytes; what is signed are these.</param>
sealed record CallbackRequest(string Path, IHeaderDictionary Headers, IQueryCollection Query, byte[] Body)
{
    /// <summary>The fields of a form, in the order in which they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form() =>
        [.. Encoding.UTF8.GetString(Body).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            return KeyValuePair.Create(Decoded(cut < 0 ? pair : pair[..cut]), cut < 0 ? "" : Decoded(pair[(cut + 1)..]));
        })];

    static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
