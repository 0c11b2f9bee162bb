using System.Text.RegularExpressions;

namespace Aampe.Agents.Core.Workflow;

/// <summary>What differs between two texts, word by word.</summary>
public static partial class WordDifference
{
    /// <summary>Longest text that is compared word by word, in words and marks; a longer one counts as replaced.</summary>
    public const int MostWords = 2_000;

    /// <summary>The pieces in reading order. Those not removed give the later text, those not added the earlier one.</summary>
    public static IReadOnlyList<WordPiece> Between(string before, string after)
    {
        string[] left = Split(before), right = Split(after);
        var pieces = new List<WordPiece>();
        if (left.Length > MostWords || right.Length > MostWords)
        {
            Add(pieces, PieceKind.Removed, before);
            Add(pieces, PieceKind.Added, after);
            return pieces;
        }

        var common = Common(left, right);
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                Add(pieces, PieceKind.Same, left[i++]);
                j++;
            }
            else if (i < left.Length && (j == right.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                Add(pieces, PieceKind.Removed, left[i++]);
            }
            else
            {
                Add(pieces, PieceKind.Added, right[j++]);
            }
        }

        return pieces;
    }

    /// <summary>Lengths of the longest common subsequences of all pairs of tails.</summary>
    static ushort[,] Common(string[] left, string[] right)
    {
        var length = new ushort[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                length[i, j] = left[i] == right[j] ? (ushort)(length[i + 1, j + 1] + 1) : Math.Max(length[i + 1, j], length[i, j + 1]);
            }
        }

        return length;
    }

    static void Add(List<WordPiece> pieces, PieceKind kind, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (pieces is [.., { } last] && last.Kind == kind)
        {
            pieces[^1] = last with { Text = last.Text + text };
        }
        else
        {
            pieces.Add(new WordPiece(kind, text));
        }
    }

    static string[] Split(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\s*[\p{L}\p{N}_]+|\s*\S|\s+", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Word();
}
