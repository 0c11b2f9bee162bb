namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>
/// Kolmogorov–Smirnov's largest distance of a sample from a law, times √n. Its limit at a false alarm of 1e-6 is 2.694; seeds are fixed, so red stays red.
/// </summary>
static class KolmogorovSmirnov
{
    public const double Limit = 2.694;

    public static void Follows(IEnumerable<double> draws, Func<double, double> cdf, string what)
    {
        var sorted = draws.Order().Select(cdf).ToArray();
        double n = sorted.Length;
        var distance = sorted.Select((f, i) => Math.Max(f - i / n, (i + 1) / n - f)).Max() * Math.Sqrt(n);
        Assert.True(distance < Limit, $"{what}: {distance:0.000} of {Limit}");
    }
}
