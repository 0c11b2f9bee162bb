using System.Globalization;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Bench.Learning;

/// <summary>
/// Watches how effects move, as a cohort would: from a sample of agents' rows each day it follows the step of everybody's effects, and a
/// smaller sample tries half-lives of forgetting.
/// </summary>
sealed class DriftWatch
{
    // Steps kept for agents that come late; here all come every night.
    const int KeptSteps = 1;

    // Agents that try half-lives: they tell 30 days from never within weeks, and cost five beliefs a day each.
    const int Triers = 1024;

    // Before this day the population is not known well enough to tell what moves from what is taken wrongly: nothing that was foretold counts.
    const int From = 7;

    readonly EffectLayout layout;
    readonly int every;
    readonly int trying;
    readonly EffectStatistic[][] trials;
    readonly Forgetting forgetting = new();

    Part[] parts;
    CommonWalk walk;

    public DriftWatch(EffectLayout layout, EffectStatistic[] statistics, int sample)
    {
        this.layout = layout;
        every = Math.Max(1, statistics.Length / sample);
        trying = every * Math.Max(1, statistics.Length / every / Triers);
        trials = [.. statistics.Where((_, u) => u % trying == 0).Select(Forgetting.Start)];
        walk = CommonWalk.Start(layout.Dimension);
        parts = Fresh(statistics.Length);
    }

    /// <summary>What has been found out, for people.</summary>
    public string Found => string.Create(CultureInfo.InvariantCulture,
        $"means {(walk.Pace > 0 ? $"walk one spread in {1 / walk.Pace:0} days" : "stand still")} ({walk.Ahead:0} nats), agents {(forgetting.HalfLifeDays is { } days ? $"forget half in {days} days" : "forget nothing")}");

    /// <summary>A row, before its agent learns from it.</summary>
    public void See(int user, Func<EffectBelief> belief, UserPrior prior, ReadOnlySpan<double> row, double outcome, double weight, double expected)
    {
        var part = parts[user / Users.Chunk];
        if (user % every == 0)
        {
            part.Walk.Add(belief(), row, outcome, weight, expected);
        }

        if (user % trying == 0)
        {
            part.Forgetting.Add(prior, trials[user / trying], row, outcome, weight);
        }
    }

    /// <summary>After a fit of the population.</summary>
    public void Refitted(int day, PopulationPrior before, PopulationPrior after) =>
        walk = day < From ? CommonWalk.Start(layout.Dimension).Refitted(null, after, layout) : walk.Refitted(before, after, layout);

    /// <summary>The prior of tomorrow.</summary>
    public PopulationPrior Follow(int day, PopulationPrior prior, int users, double dayVariance)
    {
        double[] step = day >= From ? Count(prior, dayVariance) : new double[layout.Dimension];
        parts = Fresh(users);
        foreach (var own in trials)
        {
            Forgetting.Pass(own, step, 1);
        }

        return prior.Moved(step, forgetting.HalfLifeDays, KeptSteps);
    }

    double[] Count(PopulationPrior prior, double dayVariance)
    {
        var total = new WalkSums(layout.Dimension);
        foreach (var part in parts)
        {
            total.Add(part.Walk);
            forgetting.Add(part.Forgetting);
        }

        (walk, var step) = walk.Follow(total, prior, layout, dayVariance);
        return step;
    }

    // A part for each chunk of users, added in order: the same bits on any number of threads.
    Part[] Fresh(int users) => [.. Enumerable.Range(0, (users + Users.Chunk - 1) / Users.Chunk).Select(_ => new Part(new(layout.Dimension), new()))];

    sealed record Part(WalkSums Walk, Forgetting Forgetting);
}
