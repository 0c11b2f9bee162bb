using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>What a table of messages does to a program.</summary>
sealed class CatalogueTable
{
    readonly Dictionary<int, (int Line, string Id)> places = [];
    readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);

    public int Rows { get; private set; }

    public List<ImportChange> Changes { get; } = [];

    public List<ImportFault> Faults { get; } = [];

    /// <summary>Puts a row in its place.</summary>
    public void Take(int line, IEnumerable<(string Column, string Cell)> cells, ProgramMessages messages)
    {
        Rows++;
        var row = cells.ToList();
        var id = row.First(cell => cell.Column == "id").Cell.Trim();
        if (id.Length == 0 || !lines.TryAdd(id, line))
        {
            Faults.Add(id.Length == 0 ? new(line, null, "id", "missing", "id must be given.") : new(line, id, "id", "duplicate", $"'{id}' is in line {lines[id]} already."));
            return;
        }

        var before = messages.Find(id) is { Change: not "removed" } known ? known.Message : null;
        var after = before?.DeepClone().AsObject() ?? new JsonObject { ["id"] = id };
        foreach (var (column, cell) in row)
        {
            Set(after, column, cell);
        }

        var change = before is null ? "new" : ProgramMessages.Text(before) == ProgramMessages.Text(after) ? "same" : "changed";
        places[messages.Put(after)] = (line, id);
        Changes.Add(new(line, id, change));
    }

    /// <summary>A fault of the whole document, at the line that it comes from; 0 when it comes from none.</summary>
    public ImportFault Place(ProgramError fault)
    {
        var parts = fault.Pointer.Split('/');
        return parts is ["", "messages", var at, .. var rest] && int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && places.TryGetValue(index, out var place)
            ? new(place.Line, place.Id, string.Join('/', rest), fault.Code, fault.Detail)
            : new(0, null, fault.Pointer, fault.Code, fault.Detail);
    }

    static void Set(JsonObject message, string column, string cell)
    {
        switch (column.Split(':', 2))
        {
            case ["label", var set]:
                Put(Inner(message, "labels"), set, cell.Trim());
                break;
            case ["content", var field]:
                Put(Inner(message, "content"), field, cell);
                break;
            case ["var", var name]:
                Declare(message, name, cell);
                break;
            default:
                Put(message, column, cell.Trim());
                break;
        }
    }

    static JsonObject Inner(JsonObject message, string name)
    {
        if (message[name] is not JsonObject inner)
        {
            message[name] = inner = [];
        }

        return inner;
    }

    // An empty cell is a field that is not there.
    static void Put(JsonObject members, string name, string cell)
    {
        if (cell.Length == 0)
        {
            members.Remove(name);
        }
        else
        {
            members[name] = cell;
        }
    }

    static void Declare(JsonObject message, string name, string cell)
    {
        var known = CatalogueCsv.Variables(message).FirstOrDefault(variable => variable["name"]?.GetValue<string>() == name);
        if (cell.Length == 0)
        {
            message["variables"]?.AsArray().Remove(known);
        }
        else if (known is not null)
        {
            known["default"] = cell;
        }
        else
        {
            if (message["variables"] is not JsonArray variables)
            {
                message["variables"] = variables = [];
            }

            variables.Add((JsonNode)new JsonObject { ["name"] = name, ["default"] = cell });
        }
    }
}
