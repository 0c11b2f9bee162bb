namespace Aampe.Agents.Worlds;

/// <summary>The app opened once, and how far down the funnel that went.</summary>
/// <param name="Day">Day, counted from the first of the history.</param>
/// <param name="Cell">Part of the day, of <see cref="Population.HourCells"/>.</param>
/// <param name="Depth">0 = nothing more, 1 = viewed, 2 = cart, 3 = goal.</param>
public readonly record struct Visit(int Day, int Cell, int Depth)
{
    /// <summary>Depth of a goal.</summary>
    public const int Goal = 3;
}
