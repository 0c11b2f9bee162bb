using System.Globalization;
using System.Text;
using Parquet.Serialization;

namespace Aampe.Agents.Trial.Report;

/// <summary>A result as a file: CSV and Parquet hold a line a cell, HTML is a page that needs nothing else.</summary>
public static class ReportFiles
{
    /// <summary>Writes it.</summary>
    /// <param name="result">The result.</param>
    /// <param name="format">csv, parquet or html.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The file.</returns>
    public static async Task<string> WriteAsync(TrialResult result, string format, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        var file = Path.Combine(folder, "table1." + format);
        switch (format)
        {
            case "csv":
                await File.WriteAllTextAsync(file, Csv(result));
                break;
            case "parquet":
                await using (var stream = File.Create(file))
                {
                    await ParquetSerializer.SerializeAsync(result.Cells.Select(Line.Of).ToList(), stream);
                }

                break;
            default:
                await File.WriteAllTextAsync(file, HtmlReport.Of(result));
                break;
        }

        return file;
    }

    /// <summary>A line a cell.</summary>
    public static string Csv(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder("feature,metric,scale,estimate,low,high,adjusted_p,planted,inside,paired,paired_low,paired_high,planted_received,paper_low,paper_high,why\r\n");
        foreach (var cell in result.Cells)
        {
            string?[] cells =
            [
                cell.Feature, cell.Metric, cell.Scale, Number(cell.Estimate?.Value), Number(cell.Estimate?.Low), Number(cell.Estimate?.High), Number(cell.AdjustedP), Number(cell.Planted), cell.Inside switch { true => "1", false => "0", _ => "" },
                Number(cell.Paired?.Value), Number(cell.Paired?.Low), Number(cell.Paired?.High), Number(cell.PlantedReceived), Number(cell.PaperLow), Number(cell.PaperHigh), cell.Why is { } why ? $"\"{why.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : "",
            ];
            text.AppendJoin(',', cells).Append("\r\n");
        }

        return text.ToString();
    }

    static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A line of the Parquet file.</summary>
    public sealed class Line
    {
        public string Feature { get; set; } = "";

        public string Metric { get; set; } = "";

        public string Scale { get; set; } = "";

        public double? Estimate { get; set; }

        public double? Low { get; set; }

        public double? High { get; set; }

        public double? AdjustedP { get; set; }

        public double? Planted { get; set; }

        public bool? Inside { get; set; }

        public double? Paired { get; set; }

        public double? PairedLow { get; set; }

        public double? PairedHigh { get; set; }

        public double? PlantedReceived { get; set; }

        public double? PaperLow { get; set; }

        public double? PaperHigh { get; set; }

        /// <summary>The line of a cell.</summary>
        public static Line Of(TrialCell cell)
        {
            ArgumentNullException.ThrowIfNull(cell);
            return new Line
            {
                Feature = cell.Feature,
                Metric = cell.Metric,
                Scale = cell.Scale,
                Estimate = cell.Estimate?.Value,
                Low = cell.Estimate?.Low,
                High = cell.Estimate?.High,
                AdjustedP = cell.AdjustedP,
                Planted = cell.Planted,
                Inside = cell.Inside,
                Paired = cell.Paired?.Value,
                PairedLow = cell.Paired?.Low,
                PairedHigh = cell.Paired?.High,
                PlantedReceived = cell.PlantedReceived,
                PaperLow = cell.PaperLow,
                PaperHigh = cell.PaperHigh,
            };
        }
    }
}
