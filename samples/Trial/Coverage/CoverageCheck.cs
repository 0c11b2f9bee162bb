using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Trial.Play;
using Aampe.Agents.Trial.Report;
using Aampe.Agents.Trial.World;
using Table1 = Aampe.Agents.Core.Findings.Table1;

namespace Aampe.Agents.Trial.Coverage;

/// <summary>How often the intervals of one cell held the truth.</summary>
/// <param name="Feature">Id of the feature.</param>
/// <param name="Metric">intent, conversion or gmv.</param>
/// <param name="Method">itt, cuped or psm.</param>
/// <param name="Truth">assigned: among all treated; received: among those who got a message.</param>
/// <param name="Replications">Small trials with an interval and a truth.</param>
/// <param name="Inside">Of them, those whose interval held it.</param>
/// <param name="Share">Inside / Replications.</param>
/// <param name="Low">Lower limit of the coverage at 99 % (Wilson).</param>
/// <param name="High">Upper limit.</param>
/// <param name="Bias">Mean of estimate − truth.</param>
/// <param name="BiasError">Standard error of <paramref name="Bias"/>.</param>
public sealed record CoverageCell(string Feature, string Metric, string Method, string Truth, int Replications, int Inside, double Share, double Low, double High, double Bias, double BiasError);

/// <summary>
/// One trial cut into many small ones: its users are drawn independently of each other and each has an own truth, so every run of users is a replication of
/// a trial with fewer. In a null world the truth is 0; in a planted one it is that of the replication's own users.
/// </summary>
public static class CoverageCheck
{
    static readonly (string Metric, string Method, string Scale, string Truth)[] looked =
    [
        ("intent", "itt", "absolute", "assigned"), ("conversion", "itt", "absolute", "assigned"), ("value", "itt", "relative", "assigned"), ("value", "cuped", "relative", "assigned"),
        ("intent", "psm", "absolute", "assigned"), ("intent", "psm", "absolute", "received"), ("conversion", "psm", "absolute", "assigned"), ("conversion", "psm", "absolute", "received"),
    ];

    /// <summary>Checks every cell.</summary>
    /// <param name="plan">The trial.</param>
    /// <param name="world">Its world.</param>
    /// <param name="reading">What the product says of its users.</param>
    /// <param name="outcomes">What is true of them.</param>
    /// <param name="replications">How many small trials.</param>
    public static IReadOnlyList<CoverageCell> Of(TrialPlan plan, TrialWorld world, TrialReading reading, Outcomes outcomes, int replications)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(reading);
        var size = plan.Users / replications;
        var truth = new PlantedTruth(outcomes, reading.Users);
        var cells = new List<CoverageCell>();
        for (var feature = 0; feature < world.Features.Count; feature++)
        {
            var (sums, rows) = (looked.Select(_ => new Sum()).ToArray(), reading.Users[feature]);
            var frame = Frame(plan, world.Features[feature]);
            for (var r = 0; r < replications; r++)
            {
                var some = rows.AsSpan(r * size, size).ToArray().OfType<TrialRow>().ToList();
                if (TrialCount.Of(frame, some) is not { } trial)
                {
                    continue;
                }

                var table = Table1.Of(trial, ConfidenceLevel.Default);
                for (var i = 0; i < looked.Length; i++)
                {
                    var (metric, method, scale, of) = looked[i];
                    var cell = table.Cells.FirstOrDefault(one => one.Metric == metric && one.Method == method && one.Scale == scale);
                    if (cell?.Value is Estimate.Known known && truth.Of(feature, Metric(metric), of == "received", r * size, size) is { } value)
                    {
                        sums[i].Add(known, value);
                    }
                }
            }

            cells.AddRange(looked.Select((one, i) => sums[i].Cell(world.Features[feature].Id, Metric(one.Metric), one.Method, one.Truth)).Where(cell => cell.Replications > 0));
        }

        return cells;
    }

    static string Metric(string metric) => metric == "value" ? "gmv" : metric;

    static TrialFrame Frame(TrialPlan plan, Feature feature) => new(
        Programs.IdOf(feature), Instant.From(plan.End), Instant.From(TrialPlan.Start), Instant.From(plan.End), Arms.PlanOf(new ExperimentPlan($"trial-{plan.Seed}", 50, 0, 0, 50)), HasIntent: true);

    sealed class Sum
    {
        Moments off;
        int inside;

        public void Add(Estimate.Known known, double truth)
        {
            inside += known.Low <= truth && truth <= known.High ? 1 : 0;
            off = off.Add(known.Value - truth);
        }

        public CoverageCell Cell(string feature, string metric, string method, string truth)
        {
            var n = (int)off.N;
            var (low, high) = n > 0 && new Proportion(inside, n).Wilson(ConfidenceLevel.Default) is Estimate.Known share ? (share.Low, share.High) : (0, 1);
            return new CoverageCell(feature, metric, method, truth, n, inside, n == 0 ? 0 : (double)inside / n, low, high, off.Mean, n < 2 ? 0 : Math.Sqrt(off.Variance() / n));
        }
    }
}
