namespace Aampe.Agents.Client;

/// <summary>A page of a list.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Next">Pass it as <c>after</c> for the next page; <see langword="null"/> at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
