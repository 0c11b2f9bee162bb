using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>A catalogue as a table: one row a message; columns <c>label:SET</c>, <c>content:FIELD</c>, <c>var:NAME</c> beside the plain ones. What has no column (eligibility, limits) stays as it is.</summary>
static class CatalogueCsv
{
    static readonly string[] Plain = ["id", "name", "channel", "locale", "category"];
    static readonly string[] Needed = ["id", "channel"];
    static readonly CsvConfiguration Shape = new(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.None, MissingFieldFound = null, BadDataFound = null, DetectDelimiter = true, DetectDelimiterValues = [",", ";", "\t"] };

    /// <summary>The table as UTF-8 with a byte-order mark, which spreadsheets look for.</summary>
    public static byte[] Write(ProgramMessages messages)
    {
        var all = messages.Messages.OfType<JsonObject>().ToList();
        string[] labels = Names(all, "labels"), content = Names(all, "content");
        string[] variables = [.. all.SelectMany(Variables).Select(variable => variable["name"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)];
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture)))
        {
            foreach (var column in Plain.Concat(labels.Select(name => "label:" + name)).Concat(content.Select(name => "content:" + name)).Concat(variables.Select(name => "var:" + name)))
            {
                csv.WriteField(column);
            }

            csv.NextRecord();
            foreach (var message in all)
            {
                foreach (var cell in Plain.Select(name => message[name]?.GetValue<string>())
                    .Concat(labels.Select(name => message["labels"]?[name]?.GetValue<string>()))
                    .Concat(content.Select(name => message["content"]?[name]?.GetValue<string>()))
                    .Concat(variables.Select(name => Variables(message).FirstOrDefault(variable => variable["name"]!.GetValue<string>() == name)?["default"]?.GetValue<string>())))
                {
                    csv.WriteField(Inert(cell ?? ""));
                }

                csv.NextRecord();
            }
        }

        return [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    /// <summary>Puts the rows of a table into the messages of a program.</summary>
    public static CatalogueTable Read(string text, ProgramMessages messages)
    {
        var table = new CatalogueTable();
        using var csv = new CsvReader(new StringReader(text), Shape);
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { } header)
        {
            table.Faults.Add(new(1, null, "", "empty_file", "The file has no header row; export the catalogue to see the columns."));
            return table;
        }

        foreach (var column in header.Where(column => !Plain.Contains(column) && !column.StartsWith("label:", StringComparison.Ordinal) && !column.StartsWith("content:", StringComparison.Ordinal) && !column.StartsWith("var:", StringComparison.Ordinal)))
        {
            table.Faults.Add(new(1, null, column, "unknown_column", $"there is no column '{column}'; known are {string.Join(", ", Plain)}, label:SET, content:FIELD and var:NAME. Rename or remove it."));
        }

        foreach (var needed in Needed.Except(header))
        {
            table.Faults.Add(new(1, null, needed, "missing_column", $"the column '{needed}' must be there."));
        }

        while (table.Faults.Count == 0 && csv.Read())
        {
            table.Take(csv.Context.Parser!.RawRow, header.Zip(Enumerable.Range(0, header.Length).Select(i => Live(csv.GetField(i) ?? ""))), messages);
        }

        return table;
    }

    /// <summary>What a spreadsheet would run as a formula is marked as text.</summary>
    internal static string Inert(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + cell : cell;

    static string Live(string cell) => cell.Length > 1 && cell[0] == '\'' && Inert(cell[1..]) == cell ? cell[1..] : cell;

    static string[] Names(List<JsonObject> messages, string field) =>
        [.. messages.SelectMany(message => (message[field]?.AsObject() ?? []).Select(pair => pair.Key)).Distinct().Order(StringComparer.Ordinal)];

    internal static IEnumerable<JsonObject> Variables(JsonObject message) => (message["variables"]?.AsArray() ?? []).OfType<JsonObject>();
}
