namespace Aampe.Agents.Core.Findings;

/// <summary>A pair of actions of two sets on the content map.</summary>
/// <param name="Row">Action of the first set.</param>
/// <param name="Column">Action of the second; empty where the map has one set.</param>
/// <param name="Messages">Messages that carry both.</param>
public sealed record ContentCell(string Row, string Column, int Messages)
{
    /// <summary>What filling the cell is worth; null = the cell is filled, or nothing honest can be said.</summary>
    public ContentGap? Gap { get; init; }
}
