namespace Aampe.Agents.Client;

/// <summary>A page of a list.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Next">Pass it as <c>after</c> for the next page; <see langword="null"/> at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Items on all pages; <see langword="null"/> where the list is not counted.</summary>
    public long? Matching { get; init; }

    /// <summary>Place of the first item among them, from 1; <see langword="null"/> where the list is not counted.</summary>
    public long? From { get; init; }

    /// <summary>Pass it as <c>after</c> for the page before; <see langword="null"/> on the first, and where a list is only read forwards.</summary>
    public string? Previous { get; init; }

    /// <summary>Pass it as <c>after</c> for the last page; <see langword="null"/> on it, and where a list is only read forwards.</summary>
    public string? Last { get; init; }
}
