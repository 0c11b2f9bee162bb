namespace Aampe.Agents.Core.Effects;

/// <summary>Sums of the day counters over 28 whole UTC days.</summary>
/// <param name="Events">Number of events.</param>
/// <param name="Goals">Number of goal events.</param>
/// <param name="Cosine">Sum of the cosines of local hours, in ten-thousandths.</param>
/// <param name="Sine">Sum of their sines, in ten-thousandths.</param>
public readonly record struct FourWeekCount(long Events, long Goals, long Cosine, long Sine);
