namespace Aampe.Agents.Core.Effects;

/// <summary>
/// v(m) = a + b·m, b ≥ 0: how much more the outcomes of busy users vary than those of quiet ones, as counts do (docs/method.md §5, adjustment). Fitted by least
/// squares to squared residuals, with their mean kept; a is at least a twentieth of that mean, so that no user is thought free of chance.
/// </summary>
readonly record struct VarianceLine(double AtNothing, double PerNat)
{
    const double LeastShare = 0.05;

    /// <summary>The line through squared residuals, each freed of what the fit took from it.</summary>
    /// <param name="levels">Expected outcomes.</param>
    /// <param name="squares">e²/(1 − h), as many.</param>
    public static VarianceLine Fit(ReadOnlySpan<double> levels, ReadOnlySpan<double> squares)
    {
        double level = 0, square = 0, moment = 0, spread = 0;
        for (var i = 0; i < levels.Length; i++)
        {
            level += Above(levels[i]) / levels.Length;
            square += squares[i] / levels.Length;
        }

        for (var i = 0; i < levels.Length; i++)
        {
            moment += (Above(levels[i]) - level) * (squares[i] - square);
            spread += (Above(levels[i]) - level) * (Above(levels[i]) - level);
        }

        var most = level > 0 ? (1 - LeastShare) * square / level : 0;
        var slope = spread > 0 ? Math.Clamp(moment / spread, 0, most) : 0;
        return new(square - slope * level, slope);
    }

    /// <summary>Variance of a user's outcome about what is expected, nats².</summary>
    public double At(double level) => AtNothing + PerNat * Above(level);

    // A straight line may expect less than nothing of the quietest.
    static double Above(double level) => Math.Max(0, level);
}
