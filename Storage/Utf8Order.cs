using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Aampe.Agents.Storage;

/// <summary>Texts in the order of their bytes of UTF-8, as stores sort them; and bytes by what they hold.</summary>
internal sealed class Utf8Order : IComparer<string>, IEqualityComparer<byte[]>
{
    static readonly Utf8Order One = new();

    public static IComparer<string> Texts => One;

    public static IEqualityComparer<byte[]> Bytes => One;

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
