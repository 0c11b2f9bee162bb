namespace Aampe.Agents.Core.Audiences;

/// <summary>Which known names somebody may have meant.</summary>
public static class NearestNames
{
    /// <summary>The known names that are nearest to a misspelt one, at most three, nearest first; none when all are far off.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">Names there are.</param>
    public static IReadOnlyList<string> To(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var most = Math.Max(2, name.Length / 3);
        return [.. known.Distinct(StringComparer.Ordinal).Select(one => (Name: one, Distance: Distance(name.ToUpperInvariant(), one.ToUpperInvariant())))
            .Where(one => one.Distance <= most)
            .OrderBy(one => one.Distance).ThenBy(one => one.Name, StringComparer.Ordinal)
            .Take(3).Select(one => one.Name)];
    }

    /// <summary>"; nearest: country, county", or what there is at all.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return To(name, known) is { Count: > 0 } near ? $"nearest: {string.Join(", ", near)}"
            : known.Count == 0 ? "there is none yet"
            : $"known: {string.Join(", ", known.Order(StringComparer.Ordinal).Take(20))}{(known.Count > 20 ? ", …" : "")}";
    }

    // Levenshtein: letters put in, left out or changed.
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                left = row[j] = Math.Min(Math.Min(above, left) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
