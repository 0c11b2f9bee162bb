using Parquet;
using Parquet.Schema;

namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary>Decisions as a Parquet file, a column each of <see cref="DecisionColumns"/>.</summary>
static class ParquetTable
{
    /// <summary>The file.</summary>
    public static async Task<byte[]> OfAsync(IReadOnlyList<ExportRow> rows, CancellationToken stop)
    {
        var columns = DecisionColumns.Of(rows);
        DataField[] fields = [.. columns.Select(column => column.Text is null ? new DataField<double?>(column.Name) : (DataField)new DataField<string>(column.Name))];
        using var bytes = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), bytes, cancellationToken: stop))
        {
            using var group = writer.CreateRowGroup();
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i] is { Text: { } text })
                {
                    await group.WriteAsync(fields[i], [.. rows.Select(row => text(row)!)]);
                }
                else
                {
                    await group.WriteAsync<double>(fields[i], rows.Select(columns[i].Number!).ToArray(), cancellationToken: stop);
                }
            }
        }

        return bytes.ToArray();
    }
}
