namespace Aampe.Agents.Core.Experiments;

/// <summary>Expected outcome of an action in a context, q̂(x, a): the mean of its rows, drawn to the mean of all rows.</summary>
public sealed class OutcomeModel
{
    /// <summary>How many rows the mean of all weighs: a cell with ten rows of its own lies half-way.</summary>
    public const double Strength = 10;

    readonly Dictionary<(string Context, string Action), double> expected;
    readonly double otherwise;

    /// <summary>A model that is given.</summary>
    /// <param name="expected">(context, action) → expected outcome.</param>
    /// <param name="otherwise">Expected outcome of a pair that <paramref name="expected"/> does not name.</param>
    public OutcomeModel(IReadOnlyDictionary<(string Context, string Action), double> expected, double otherwise)
    {
        ArgumentNullException.ThrowIfNull(expected);
        this.expected = expected.ToDictionary(pair => pair.Key, pair => Require.Finite(pair.Value));
        this.otherwise = Require.Finite(otherwise);
    }

    /// <summary>Fits the shrunk means of rows.</summary>
    /// <param name="rows">At least one row.</param>
    public static OutcomeModel Fit(IReadOnlyCollection<LoggedChoice> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var mean = rows.Average(row => Require.Finite(row.Outcome));
        return new(
            rows.GroupBy(row => (row.Context, row.Action)).ToDictionary(
                cell => cell.Key, cell => (cell.Sum(row => row.Outcome) + Strength * mean) / (cell.Count() + Strength)),
            mean);
    }

    /// <summary>q̂(x, a).</summary>
    public double Expected(string context, string action) => expected.GetValueOrDefault((context, action), otherwise);
}
