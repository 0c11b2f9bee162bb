namespace Aampe.Agents.Core.Effects;

/// <summary>
/// What the treated user would have done, from a regression of untreated users' outcomes on what they did before (docs/method.md §5, adjustment): control
/// variates, whose coefficients know nothing of the treated user. Lavenberg and Welch, <i>Management Science</i> 27 (1981) 322; Lin, <i>Ann. Appl. Stat.</i> 7 (2013) 295.
/// </summary>
sealed class Adjustment
{
    /// <summary>B and f1 … f7.</summary>
    const int Width = BehaviourFeatures.Count + 1;

    /// <summary>Users a coefficient: with fewer, chance in the coefficients costs more than they win.</summary>
    const int UsersEach = 4;

    // A user who alone has some trait is fitted exactly and says nothing of chance.
    const double LeastFreedom = 1e-6;

    readonly double[] surprises;

    Adjustment(double expected, double? spread, double? variance, double[] surprises)
    {
        Expected = expected;
        Spread = spread;
        Variance = variance;
        this.surprises = surprises;
    }

    /// <summary>Ŷ of the treated user, nats.</summary>
    public double Expected { get; }

    /// <summary>σ̂² = Σe²/(n − p), nats²; null where all outcomes are equal, since it is chance that nothing happened.</summary>
    public double? Spread { get; }

    /// <summary>Var ΔY = v(Ŷ), nats²; null with <see cref="Spread"/>.</summary>
    public double? Variance { get; }

    /// <summary>Most users that may be needed for a fit.</summary>
    public static int Enough => UsersEach * (Width + 1);

    /// <summary>
    /// By how much a fitted user's outcome surprises those who do not know it, on the scale of the treated user: e/(1 − h)·√(v(Ŷ)/v(Ŷ_c)). Where the message does
    /// nothing, ΔY is one more of these numbers.
    /// </summary>
    public double Surprise(int user) => surprises[user];

    /// <summary>The regression; null with fewer than four users a coefficient.</summary>
    /// <param name="candidates">The treated user and those who may be its controls.</param>
    /// <param name="users">Those of them who are fitted.</param>
    /// <param name="outcomes">Their outcomes after, nats.</param>
    public static Adjustment? Of(Candidates candidates, ReadOnlySpan<int> users, ReadOnlySpan<double> outcomes)
    {
        var rows = new double[users.Length * Width];
        for (var i = 0; i < users.Length; i++)
        {
            Fill(rows.AsSpan(i * Width, Width), candidates.Usual(users[i]), candidates.Features(users[i]));
        }

        Span<double> own = stackalloc double[Width];
        Fill(own, candidates.TargetUsual, candidates.Target);
        return LeastSquares.Fit(rows, outcomes, Width) is { } fit && users.Length >= UsersEach * (fit.Covariates + 1) ? Of(fit, rows, outcomes, own) : null;
    }

    static Adjustment Of(LeastSquares fit, ReadOnlySpan<double> rows, ReadOnlySpan<double> outcomes, ReadOnlySpan<double> own)
    {
        var n = outcomes.Length;
        var (levels, squares, surprises) = (new double[n], new double[n], new double[n]);
        double sum = 0, coefficients = 0;
        for (var i = 0; i < n; i++)
        {
            var row = rows.Slice(i * Width, Width);
            var freedom = 1 - fit.Leverage(row);
            levels[i] = fit.Predict(row);
            var residual = outcomes[i] - levels[i];
            surprises[i] = residual / Math.Max(LeastFreedom, freedom);
            squares[i] = surprises[i] * surprises[i];
            sum += residual * residual;
            coefficients += 1 - freedom;
        }

        var expected = fit.Predict(own);
        if (!outcomes.ContainsAnyExcept(outcomes[0]))
        {
            return new(expected, null, null, new double[n]);
        }

        var line = VarianceLine.Fit(levels, squares);
        for (var i = 0; i < n; i++)
        {
            surprises[i] *= Math.Sqrt(line.At(expected) / line.At(levels[i]));
        }

        var spread = sum / (n - coefficients);
        return new(expected, spread, line.At(expected), surprises);
    }

    static void Fill(Span<double> into, double usual, ReadOnlySpan<double> features)
    {
        into[0] = usual;
        features.CopyTo(into[1..]);
    }
}
