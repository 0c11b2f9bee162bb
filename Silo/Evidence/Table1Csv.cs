using System.Text;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>Table 1 as a file, its trust in each line.</summary>
static class Table1Csv
{
    public static byte[] Of(Table1Reply table)
    {
        var text = new StringBuilder(Csv.Line("metric", "method", "scale", "arm", "against", "users", "against_users", "estimate", "low", "high", "standard_error", "level", "p", "p_holm", "missing", "trust", "as_of", "plan_hash"));
        foreach (var cell in table.Cells)
        {
            text.Append(Csv.Line(
                cell.Metric, cell.Method, cell.Scale, cell.Arm, cell.Against, Csv.Number(cell.Users), Csv.Number(cell.AgainstUsers), Csv.Number(cell.Estimate.Value), Csv.Number(cell.Estimate.Low), Csv.Number(cell.Estimate.High),
                Csv.Number(cell.Estimate.StandardError), Csv.Number(cell.Estimate.Level), Csv.Number(cell.P), Csv.Number(cell.AdjustedP), cell.Missing ?? cell.Estimate.Why, table.Trust, table.AsOf, table.PlanHash));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
