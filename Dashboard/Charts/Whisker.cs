namespace Aampe.Agents.Dashboard.Charts;

/// <summary>One row of a dot-and-whisker picture.</summary>
/// <param name="Label">What is estimated.</param>
/// <param name="Arm">Arm whose shape and colour the point takes.</param>
/// <param name="Value">The estimate; none when there is nothing to estimate from.</param>
/// <param name="Low">Lower end of the interval; without one no point is drawn.</param>
/// <param name="High">Upper end.</param>
/// <param name="Size">From how many: "n = 120".</param>
public sealed record Whisker(string Label, string Arm, double? Value, double? Low, double? High, string Size)
{
    /// <summary>The estimate can be shown: it has an interval.</summary>
    public bool Known => Value is not null && Low is not null && High is not null;
}
