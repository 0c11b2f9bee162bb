namespace Aampe.Agents.Dashboard.Charts;

/// <summary>One row of a ridge plot: what is believed of a mean.</summary>
/// <param name="Key">For tests: the action.</param>
/// <param name="Label">What people read.</param>
/// <param name="Mean">The estimate; none when it is not known.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Error">Standard error: the width of the curve.</param>
/// <param name="Note">At the right: n, or why nothing is known.</param>
/// <param name="Aside">More for the table.</param>
public sealed record Ridge(string Key, string Label, double? Mean, double? Low, double? High, double? Error, string Note, string Aside)
{
    /// <summary>The curve can be drawn.</summary>
    public bool Known => Mean is not null && Low is not null && High is not null && Error > 0;
}
