using System.Text;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Texts as bytes of UTF-8: the type text of PostgreSQL refuses U+0000.</summary>
internal static class PostgresText
{
    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The bytes of a text.</summary>
    /// <exception cref="EncoderFallbackException">It holds half of a surrogate pair.</exception>
    public static byte[] Bytes(string text) => Strict.GetBytes(text);

    public static string Of(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
