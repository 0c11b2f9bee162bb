using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Experiments;

/// <summary>Unpenalised logistic regression by Newton's method, on standardised covariates.</summary>
abstract record LogisticRegression
{
    const int Steps = 100;

    /// <summary>Fitted log-odds beyond which the likelihood has no finite maximum worth the name: a chance of 1e-13.</summary>
    const double LargestLogOdds = 30;

    LogisticRegression()
    {
    }

    internal sealed record Fitted(double Intercept, double[] Coefficients, double LogLikelihood, double[] LogOdds) : LogisticRegression;

    internal sealed record NotKnown(WhyNotKnown Why) : LogisticRegression;

    internal static LogisticRegression Fit(IReadOnlyList<PairingUnit> units)
    {
        var columns = Enumerable.Range(0, units[0].Covariates.Length)
            .Select(column => Moments.Of([.. units.Select(unit => unit.Covariates[column])])).ToArray();
        if (columns.Any(column => column.M2 == 0))
        {
            return new NotKnown(WhyNotKnown.Collinear);
        }

        var spreads = columns.Select(column => Math.Sqrt(column.Variance())).ToArray();
        var x = Matrix<double>.Build.Dense(units.Count, columns.Length + 1, (row, column) =>
            column == 0 ? 1 : (units[row].Covariates[column - 1] - columns[column - 1].Mean) / spreads[column - 1]);
        if (x.TransposeThisAndMultiply(x).Divide(units.Count).ConditionNumber() > 1e14)
        {
            return new NotKnown(WhyNotKnown.Collinear);
        }

        var treated = Vector<double>.Build.Dense(units.Count, row => units[row].Treated ? 1 : 0);
        return Newton(x, treated) is not { } beta ? new NotKnown(WhyNotKnown.Separated) : InOriginalUnits(x, treated, beta, columns, spreads);
    }

    static Fitted InOriginalUnits(Matrix<double> x, Vector<double> treated, Vector<double> beta, Moments[] columns, double[] spreads)
    {
        var coefficients = spreads.Select((spread, column) => beta[column + 1] / spread).ToArray();
        var intercept = beta[0] - coefficients.Select((coefficient, column) => coefficient * columns[column].Mean).Sum();
        var logOdds = x * beta;
        return new(intercept, coefficients, LogLikelihoodOf(logOdds, treated), logOdds.ToArray());
    }

    /// <summary>The maximum-likelihood coefficients, or none when they run away.</summary>
    static Vector<double>? Newton(Matrix<double> x, Vector<double> treated)
    {
        var beta = Vector<double>.Build.Dense(x.ColumnCount);
        for (var step = 0; step < Steps; step++)
        {
            var p = (x * beta).Map(logOdds => 1 / (1 + Math.Exp(-logOdds)));
            var gradient = x.TransposeThisAndMultiply(treated - p);
            var weighted = x.MapIndexed((row, _, value) => value * p[row] * (1 - p[row]));
            var move = weighted.TransposeThisAndMultiply(x).Solve(gradient);
            if (!move.ForAll(double.IsFinite))
            {
                return null;
            }

            beta += Shortened(x, treated, beta, move);
            if ((x * beta).AbsoluteMaximum() > LargestLogOdds)
            {
                return null;
            }

            if (move.AbsoluteMaximum() <= 1e-12 * (1 + beta.AbsoluteMaximum()))
            {
                return beta;
            }
        }

        return null;
    }

    /// <summary>The step, halved until the likelihood does not fall: far from the maximum a full step may overshoot.</summary>
    static Vector<double> Shortened(Matrix<double> x, Vector<double> treated, Vector<double> beta, Vector<double> move)
    {
        var before = LogLikelihoodOf(x * beta, treated);
        for (var halvings = 0; halvings < 30 && LogLikelihoodOf(x * (beta + move), treated) < before - 1e-9 * Math.Abs(before); halvings++)
        {
            move /= 2;
        }

        return move;
    }

    /// <summary>Σ ln p of what happened, with ln(1 + e^η) kept finite for any η.</summary>
    static double LogLikelihoodOf(Vector<double> logOdds, Vector<double> treated)
    {
        var sum = 0.0;
        for (var row = 0; row < logOdds.Count; row++)
        {
            sum += treated[row] * logOdds[row] - (Math.Max(logOdds[row], 0) + Math.Log(1 + Math.Exp(-Math.Abs(logOdds[row]))));
        }

        return sum;
    }
}
