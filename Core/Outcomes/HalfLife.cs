namespace Aampe.Agents.Core.Outcomes;

/// <summary>
/// How fast an event counts for less, the further it lies from the intervention: w_t = 2^(−|t − t_int| / h) (docs/method.md §3).
/// The default value is <see cref="Infinite"/>: no decay.
/// </summary>
public readonly record struct HalfLife
{
    // 0 stands for infinite, so that default(HalfLife) is valid.
    readonly long milliseconds;

    /// <summary>A finite half-life.</summary>
    /// <param name="span">1 ms to 3650 d.</param>
    /// <exception cref="ArgumentOutOfRangeException">The span lies outside.</exception>
    public HalfLife(TimeSpan span)
    {
        if (span < TimeSpan.FromMilliseconds(1) || span > TimeSpan.FromDays(3650))
        {
            throw new ArgumentOutOfRangeException(nameof(span), span, $"HalfLife must be 1 ms to 3650 d, or HalfLife.Infinite; was {span}.");
        }

        milliseconds = (long)span.TotalMilliseconds;
    }

    /// <summary>No decay: every event of a window counts fully.</summary>
    public static HalfLife Infinite => default;

    /// <summary>A half-life of so many hours.</summary>
    public static HalfLife OfHours(double hours) => new(TimeSpan.FromHours(hours));

    /// <summary>Whether nothing decays.</summary>
    public bool IsInfinite => milliseconds == 0;

    /// <summary>The span; null when infinite.</summary>
    public TimeSpan? Span => IsInfinite ? null : TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>How much an event that lies <paramref name="age"/> from the intervention counts: 2^(−age / half-life).</summary>
    /// <param name="age">Distance from the intervention, either side; ≥ 0.</param>
    /// <returns>In [0, 1]; 1 at the intervention, ½ at one half-life, 0 only where 2^(−age / h) is below the smallest number.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="age"/> is negative.</exception>
    public double WeightAt(TimeSpan age)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(age, TimeSpan.Zero);
        return WeightAt((long)age.TotalMilliseconds);
    }

    /// <summary>The same for a distance in milliseconds, unchecked: the inner loop of every outcome.</summary>
    internal double WeightAt(long ageMilliseconds) =>
        milliseconds == 0 ? 1 : Math.Exp(-LogTwo * ((double)ageMilliseconds / milliseconds));

    internal const double LogTwo = 0.693147180559945309417;

    /// <summary>Says the span, or "infinite".</summary>
    public override string ToString() => Span?.ToString() ?? "infinite";
}
