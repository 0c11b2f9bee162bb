namespace Aampe.Agents.Dashboard.Charts;

/// <summary>The windows of one hand-over.</summary>
/// <param name="From">Start of the window before.</param>
/// <param name="At">The hand-over.</param>
/// <param name="To">End of the window after.</param>
/// <param name="Selected">It belongs to the decision that is looked at.</param>
public sealed record LifeWindow(DateTimeOffset From, DateTimeOffset At, DateTimeOffset To, bool Selected);
