namespace Aampe.Agents.Core.Canonical;

/// <summary>Pointers into JSON documents (RFC 6901).</summary>
public static class JsonPointer
{
    /// <summary>The pointer to a member of what <paramref name="parent"/> points to.</summary>
    /// <param name="parent">Pointer; empty = the whole document.</param>
    /// <param name="name">Name of the member, whatever is in it.</param>
    public static string Under(string parent, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return $"{parent}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
    }
}
