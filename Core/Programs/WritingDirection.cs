using System.Collections.Frozen;

namespace Aampe.Agents.Core.Programs;

/// <summary>Which way a language is written, as HTML's <c>dir</c> names it.</summary>
public static class WritingDirection
{
    /// <summary>Left to right.</summary>
    public const string LeftToRight = "ltr";

    /// <summary>Right to left.</summary>
    public const string RightToLeft = "rtl";

    // Languages whose usual script runs right to left, and the scripts that do (Unicode CLDR, layout.orientation).
    static readonly FrozenSet<string> languages = FrozenSet.ToFrozenSet(["ar", "arc", "azb", "bal", "bgn", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi"], StringComparer.OrdinalIgnoreCase);
    static readonly FrozenSet<string> scripts = FrozenSet.ToFrozenSet(["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"], StringComparer.OrdinalIgnoreCase);

    /// <summary><c>rtl</c> or <c>ltr</c>.</summary>
    /// <param name="locale">BCP 47 tag; a script in it (<c>ku-Arab</c>, <c>ur-Latn</c>) says more than the language.</param>
    public static string Of(string locale)
    {
        ArgumentNullException.ThrowIfNull(locale);
        var parts = locale.Split('-', '_');
        var script = parts.Skip(1).FirstOrDefault(part => part.Length == 4 && part.All(char.IsAsciiLetter));
        return (script is null ? languages.Contains(parts[0]) : scripts.Contains(script)) ? RightToLeft : LeftToRight;
    }
}
