namespace Aampe.Agents.Storage.State;

/// <summary>Joins journals: each a UTF-8 JSON array or empty.</summary>
public static class JournalJoin
{
    /// <summary>One journal with the entries of all, in order.</summary>
    public static ReadOnlyMemory<byte> Of(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var full = parts.Where(part => part.Length > 2).ToList();
        if (full.Count <= 1)
        {
            return full.Count == 1 ? full[0] : default;
        }

        // [a] and [b] become [a,b]: each bracket in between gives way to one comma.
        var joined = new byte[full.Sum(part => part.Length) - full.Count + 1];
        var at = 0;
        foreach (var part in full)
        {
            part.Span.CopyTo(joined.AsSpan(at));
            if (at > 0)
            {
                joined[at] = (byte)',';
            }

            at += part.Length - 1;
        }

        return joined;
    }
}
