using System.Collections.Immutable;

namespace Aampe.Agents.Core.Experiments;

/// <summary>Which of the <see cref="Assignment.Buckets"/> buckets each arm of one phase of an experiment owns.</summary>
public sealed class ArmPlan
{
    readonly ImmutableArray<int> ends;

    /// <summary>Gives each arm, in the order of the list, a run of buckets in proportion to its weight.</summary>
    /// <exception cref="ArgumentException">No arm, an arm twice, a weight below 0, or no weight above 0.</exception>
    public ArmPlan(params ReadOnlySpan<ArmShare> arms)
    {
        var total = 0L;
        foreach (var share in arms)
        {
            total += Require.Between(share.Weight, 0, int.MaxValue, $"weight of arm {share.Arm}");
        }

        if (total == 0)
        {
            throw new ArgumentException("A plan needs at least one arm of weight > 0.", nameof(arms));
        }

        Arms = [.. arms];
        if (Arms.DistinctBy(share => share.Arm).Count() != Arms.Length)
        {
            throw new ArgumentException($"Each arm may stand once in a plan; was {string.Join(", ", Arms.Select(share => share.Arm))}.", nameof(arms));
        }

        var before = 0L;
        ends = [.. Arms.Select(share => (int)((before += share.Weight) * Assignment.Buckets / total))];
    }

    /// <summary>The arms in the order that fixes their buckets.</summary>
    public ImmutableArray<ArmShare> Arms { get; }

    /// <summary>The arm that owns a bucket.</summary>
    /// <param name="bucket">0 … <see cref="Assignment.Buckets"/> − 1.</param>
    public Arm At(int bucket)
    {
        Require.Between(bucket, 0, Assignment.Buckets - 1);
        var arm = 0;
        while (bucket >= ends[arm])
        {
            arm++;
        }

        return Arms[arm].Arm;
    }

    /// <summary>How many buckets an arm owns; 0 when the plan does not name it.</summary>
    public int BucketsOf(Arm arm) => Enumerable.Range(0, Arms.Length).Where(i => Arms[i].Arm == arm).Sum(i => ends[i] - (i == 0 ? 0 : ends[i - 1]));
}
