namespace Aampe.Agents.Core.Workflow;

/// <summary>A piece of a text in a comparison.</summary>
/// <param name="Kind">Whether both texts have it.</param>
/// <param name="Text">The piece, white space included.</param>
public sealed record WordPiece(PieceKind Kind, string Text);

/// <summary>Which of two texts has a piece.</summary>
public enum PieceKind
{
    /// <summary>Both.</summary>
    Same,

    /// <summary>The earlier one alone.</summary>
    Removed,

    /// <summary>The later one alone.</summary>
    Added,
}
