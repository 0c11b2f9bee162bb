using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Decisions;

/// <summary>Probability that each arm's draw is the largest of its set.</summary>
static class SelectionProbability
{
    const double Negligible = 1e-12;
    const double LargestMissingMass = 1e-4;
    const int DoublesOnStack = 2048;

    public static double[] Of(IReadOnlyList<ArmPosterior> arms)
    {
        var n = arms.Count;
        if (n == 0)
        {
            throw new ArgumentException("A set needs at least one eligible arm.", nameof(arms));
        }

        if (n == 1)
        {
            return [1];
        }

        return Normalised(arms[0] switch
        {
            ArmPosterior.Beta when arms.All(arm => arm is ArmPosterior.Beta) => Beta(arms),
            ArmPosterior.Beta => throw new ArgumentException("Arms of one set must be of one family; probabilities stand among effects in nats.", nameof(arms)),
            ArmPosterior.Normal first when n == 2 && arms[1] is ArmPosterior.Normal second => TwoNormals(first, second),
            _ => Student(arms),
        });
    }

    internal static double[] Normalised(double[] probabilities)
    {
        var sum = 0.0;
        for (var j = 0; j < probabilities.Length; j++)
        {
            if (probabilities[j] < Negligible)
            {
                probabilities[j] = 0;
            }

            sum += probabilities[j];
        }

        if (!(Math.Abs(sum - 1) <= LargestMissingMass))
        {
            throw new ArithmeticException($"Selection probabilities sum to {sum:R}, more than {LargestMissingMass} from 1: the posteriors are beyond what the quadrature resolves.");
        }

        for (var j = 0; j < probabilities.Length; j++)
        {
            probabilities[j] /= sum;
        }

        return probabilities;
    }

    static double[] Beta(IReadOnlyList<ArmPosterior> arms)
    {
        var n = arms.Count;
        var probabilities = new double[n];
        var size = n * BetaLaws.Size;
        var needed = size + SelectionIntegral<BetaLaws>.Workspace(n);
        Span<double> workspace = needed <= DoublesOnStack ? stackalloc double[needed] : new double[needed];
        new SelectionIntegral<BetaLaws>(new BetaLaws(arms, workspace[..size]), workspace[size..], probabilities).Run();
        return probabilities;
    }

    static double[] Student(IReadOnlyList<ArmPosterior> arms)
    {
        var n = arms.Count;
        var probabilities = new double[n];
        var size = n * StudentLaws.Size;
        var needed = size + SelectionIntegral<StudentLaws>.Workspace(n);
        Span<double> workspace = needed <= DoublesOnStack ? stackalloc double[needed] : new double[needed];
        new SelectionIntegral<StudentLaws>(new StudentLaws(arms, workspace[..size]), workspace[size..], probabilities).Run();
        return probabilities;
    }

    static double[] TwoNormals(ArmPosterior.Normal first, ArmPosterior.Normal second)
    {
        var z = (first.Center - second.Center) / Math.Sqrt(first.Variance + second.Variance);
        return [ArmPosterior.Normal.StandardCdf(z), ArmPosterior.Normal.StandardCdf(-z)];
    }
}
