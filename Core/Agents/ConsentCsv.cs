using System.Globalization;
using System.Text;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>One statement of an import.</summary>
/// <param name="Row">Row of the file; the heading is row 1.</param>
/// <param name="UserId">The user.</param>
/// <param name="Entry">What was stated.</param>
public sealed record ConsentRow(int Row, string UserId, ConsentEntry Entry);

/// <summary>One thing that is wrong in an import.</summary>
/// <param name="Row">Row of the file; the heading is row 1.</param>
/// <param name="Column">Column; empty = the row as a whole.</param>
/// <param name="Code">missing, not_allowed, out_of_range, unknown_field or duplicate.</param>
/// <param name="Detail">What was found, what is allowed.</param>
public sealed record ConsentRowError(int Row, string Column, string Code, string Detail);

/// <summary>
/// Consent out of a CSV file (RFC 4180): userId, channel, purpose, status, at, source, proof, in any order; userId, channel and status must be there. A grant needs its proof.
/// </summary>
public static class ConsentCsv
{
    /// <summary>Most rows of one file.</summary>
    public const int MostRows = 10_000;

    const int LongestText = 200, LongestUser = 256, MostErrors = 200;

    static readonly string[] Needed = ["userId", "channel", "status"];
    static readonly string[] Columns = ["userId", "channel", "purpose", "status", "at", "source", "proof"];

    /// <summary>Reads a file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="now">Moment of rows that state none; none may be later.</param>
    /// <returns>The sound rows, and everything that is wrong with the others, at most 200 faults.</returns>
    public static (IReadOnlyList<ConsentRow> Rows, IReadOnlyList<ConsentRowError> Errors) Read(string text, Instant now)
    {
        ArgumentNullException.ThrowIfNull(text);
        var errors = new List<ConsentRowError>();
        var rows = new List<ConsentRow>();
        var lines = Lines(text, errors);
        if (lines.Count == 0 || Heading(lines[0].Cells, errors) is not { } heading)
        {
            if (errors.Count == 0)
            {
                errors.Add(new ConsentRowError(1, "", "missing", $"the file is empty; it begins with a heading such as {string.Join(",", Columns)}"));
            }

            return (rows, errors);
        }

        if (lines.Count - 1 > MostRows)
        {
            errors.Add(new ConsentRowError(MostRows + 2, "", "out_of_range", $"at most {MostRows} rows; the file has {lines.Count - 1}. Split it"));
            return (rows, errors);
        }

        foreach (var (row, cells) in lines.Skip(1))
        {
            var before = errors.Count;
            if (cells.Count != heading.Count)
            {
                errors.Add(new ConsentRowError(row, "", "out_of_range", $"must have {heading.Count} cells, as the heading has; has {cells.Count}"));
            }
            else if (Row(row, heading, cells, now, errors) is { } read && errors.Count == before)
            {
                rows.Add(read);
            }

            if (errors.Count >= MostErrors)
            {
                break;
            }
        }

        return (rows, errors);
    }

    static List<string>? Heading(List<string> cells, List<ConsentRowError> errors)
    {
        foreach (var name in cells.Where(name => !Columns.Contains(name, StringComparer.Ordinal)))
        {
            errors.Add(new ConsentRowError(1, name, "unknown_field", $"no such column; known: {string.Join(", ", Columns)}"));
        }

        foreach (var name in cells.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            errors.Add(new ConsentRowError(1, name, "duplicate", "the column is there twice"));
        }

        foreach (var name in Needed.Where(name => !cells.Contains(name, StringComparer.Ordinal)))
        {
            errors.Add(new ConsentRowError(1, name, "missing", "the column must be there"));
        }

        return errors.Count == 0 ? cells : null;
    }

    static ConsentRow? Row(int row, List<string> heading, List<string> cells, Instant now, List<ConsentRowError> errors)
    {
        string Cell(string name, string standard) => heading.IndexOf(name) is >= 0 and var at && cells[at].Length > 0 ? cells[at] : standard;
        void Refuse(string column, string code, string detail) => errors.Add(new ConsentRowError(row, column, code, detail));
        void OneOf(string column, string value, IEnumerable<string> allowed)
        {
            if (!allowed.Contains(value, StringComparer.Ordinal))
            {
                Refuse(column, "not_allowed", $"must be one of {string.Join(", ", allowed)}; was \"{value}\"");
            }
        }

        var entry = new ConsentEntry(Cell("channel", ""), Cell("purpose", "marketing"), Cell("status", ""), Moment(Cell("at", "")) ?? now, Cell("source", "import"), Cell("proof", ""));
        var user = Cell("userId", "");
        if (user.Length is 0 or > LongestUser || user.Any(char.IsControl))
        {
            Refuse("userId", "out_of_range", $"must have 1 to {LongestUser} characters and no control characters; has {user.Length}");
        }

        OneOf("channel", entry.Channel, [.. ProgramJson.Channels, "*"]);
        OneOf("purpose", entry.Purpose, AudienceRuleJson.Purposes);
        OneOf("status", entry.Status, AudienceRuleJson.Statuses);
        if (Cell("at", "") is { Length: > 0 } stated && (Moment(stated) is not { } at || at > now))
        {
            Refuse("at", "not_allowed", $"must be a moment such as 2026-03-02T00:00:00Z, not later than now, {now}; was \"{stated}\"");
        }

        if (entry.Source.Length > LongestText || entry.Proof.Length > LongestText)
        {
            Refuse(entry.Source.Length > LongestText ? "source" : "proof", "out_of_range", $"must have at most {LongestText} characters");
        }

        if (entry is { Status: "granted", Proof: "" })
        {
            Refuse("proof", "missing", "a grant needs its proof: the version of the text, the id of the form");
        }

        return new ConsentRow(row, user, entry);
    }

    static Instant? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Instant.From(at) : null;

    // Rows with their cells; blank lines are passed over. The number is that of the line on which a row begins.
    static List<(int Row, List<string> Cells)> Lines(string text, List<ConsentRowError> errors)
    {
        var lines = new List<(int, List<string>)>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (quoted, line, began) = (false, 1, 1);
        for (var i = text.StartsWith('\uFEFF') ? 1 : 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            line += c == '\n' && i < text.Length ? 1 : 0;
            if (quoted && i < text.Length)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append(c);
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && cell.Length == 0)
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
                if (c == '\n')
                {
                    if (cells is not [""])
                    {
                        lines.Add((began, cells));
                    }

                    (cells, began) = ([], line);
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        if (quoted)
        {
            errors.Add(new ConsentRowError(began, "", "not_allowed", "a quoted cell that begins here does not end"));
            return [];
        }

        return lines;
    }
}
