namespace Aampe.Agents.Core.Effects;

/// <summary>What a user did on one whole UTC day. The local hour is a point on the circle in ten-thousandths, so that sums are exact and need no order.</summary>
/// <param name="Day">Days since 1970-01-01 UTC.</param>
/// <param name="Events">Number of events.</param>
/// <param name="Goals">Number of goal events among them.</param>
/// <param name="Cosine">Sum of round(10⁴·cos(2π·hour/24)).</param>
/// <param name="Sine">Sum of round(10⁴·sin(2π·hour/24)).</param>
public readonly record struct DayCount(int Day, int Events, int Goals, int Cosine, int Sine);
