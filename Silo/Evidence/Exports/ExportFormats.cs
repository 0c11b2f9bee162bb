using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary>Rows as files.</summary>
static class ExportFormats
{
    /// <summary>One line a decision; each set of any row has a column for what was chosen and one for its chance.</summary>
    public static byte[] Csv(IReadOnlyList<ExportRow> rows)
    {
        var columns = DecisionColumns.Of(rows);
        var text = new StringBuilder(Evidence.Csv.Line([.. columns.Select(column => column.Name)]));
        foreach (var row in rows)
        {
            text.Append(Evidence.Csv.Line([.. columns.Select(column => column.Text is { } of ? of(row) ?? "" : Number(column.Number!(row)))]));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>One JSON object a line, with the chance of every candidate.</summary>
    public static byte[] Lines(IReadOnlyList<ExportRow> rows)
    {
        using var bytes = new MemoryStream();
        foreach (var row in rows)
        {
            bytes.Write(JsonSerializer.SerializeToUtf8Bytes(row, Wire.Options));
            bytes.WriteByte((byte)'\n');
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// A zip that the Open Bandit loader reads: a folder for each program with <c>bts/all</c> (agentic) and <c>random/all</c>. Rows are messages whose effect is
    /// identified and binarised; what has no propensity is left out and counted in <c>meta.json</c>.
    /// </summary>
    public static byte[] OpenBandit(IReadOnlyList<ExportRow> rows, IReadOnlyList<ProgramDefinition> programs)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var of in rows.GroupBy(row => row.ProgramId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                Program(zip, of.Key, [.. of.OrderBy(row => row.DecidedAt, StringComparer.Ordinal)], programs.FirstOrDefault(program => program.Id == of.Key));
            }
        }

        return bytes.ToArray();
    }

    static void Program(ZipArchive zip, string id, List<ExportRow> rows, ProgramDefinition? program)
    {
        var usable = rows.Where(row => row.Choice is not null).ToList();
        string[] items = [.. usable.Select(row => row.MessageId!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] sets = program is null ? [] : [.. program.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel).Select(set => set.Id)];
        foreach (var (folder, arm) in new[] { ("bts", "agentic"), ("random", "random") })
        {
            var text = new StringBuilder(",timestamp,item_id,position,click,propensity_score,user_feature_0\n");
            var line = 0;
            foreach (var row in usable.Where(row => row.Arm == arm))
            {
                text.Append(CultureInfo.InvariantCulture, $"{line++},{row.DecidedAt},{Array.IndexOf(items, row.MessageId)},1,{row.Choice!.Outcome},{Number(row.Propensity)},{Evidence.Csv.Cell(row.Context)}\n");
            }

            Put(zip, $"{id}/{folder}/all/all.csv", text.ToString());
            Put(zip, $"{id}/{folder}/all/item_context.csv", Items(items, sets, program));
        }

        Put(zip, $"{id}/meta.json", JsonSerializer.Serialize(
            new
            {
                programId = id,
                level = "message",
                items,
                itemFeatures = sets,
                userFeatures = (string[])["context"],
                click = "1 where the effect of the message was a success (docs/method, section 6)",
                rows = usable.Count,
                leftOut = rows.Count(row => row.MessageId is not null) - usable.Count,
                estimatedPropensities = usable.Count(row => row.PropensityMethod == "montecarlo"),
                largestStdError = usable.Select(row => row.PropensityStdError ?? 0).DefaultIfEmpty(0).Max(),
            },
            Wire.Options));
    }

    static string Items(string[] items, string[] sets, ProgramDefinition? program)
    {
        var text = new StringBuilder(",item_id" + string.Concat(sets.Select((_, i) => $",item_feature_{i}")) + "\n");
        for (var i = 0; i < items.Length; i++)
        {
            var message = program?.Messages.FirstOrDefault(one => one.Id == items[i]);
            text.Append(CultureInfo.InvariantCulture, $"{i},{i}");
            foreach (var set in sets)
            {
                text.Append(',').Append(Evidence.Csv.Cell(message is null ? "" : Core.Findings.ContentMap.ActionOf(program!.Sets.First(one => one.Id == set), message)));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    static void Put(ZipArchive zip, string path, string text)
    {
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    static string Number(double? value) => Evidence.Csv.Number(value);
}
