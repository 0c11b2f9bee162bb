using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Counts against stated probabilities; what was expected fewer than five times, or never seen, is one class.</summary>
static class ChiSquare
{
    public static void Fits(IReadOnlyDictionary<string, int> counts, IReadOnlyDictionary<string, double> stated, int total, double falseAlarm)
    {
        var statistic = 0.0;
        var (classes, restCount, restShare) = (0, total, 1.0);
        foreach (var (name, p) in stated)
        {
            if (p * total < 5)
            {
                continue;
            }

            classes++;
            restCount -= counts[name];
            restShare -= p;
            statistic += Math.Pow(counts[name] - p * total, 2) / (p * total);
        }

        Assert.True(restShare > -1e-9, $"The stated probabilities sum to {1 - restShare}.");
        if (restShare * total >= 5)
        {
            classes++;
            statistic += Math.Pow(restCount - restShare * total, 2) / (restShare * total);
        }
        else
        {
            Assert.True(restCount < 40, $"{restCount} of {total} fell where fewer than 5 were expected.");
        }

        var limit = ChiSquared.InvCDF(classes - 1, 1 - falseAlarm);
        Assert.True(statistic <= limit, $"χ² = {statistic:F1} over {classes} classes; at most {limit:F1}.");
    }
}
