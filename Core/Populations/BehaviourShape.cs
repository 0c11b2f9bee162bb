using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>What is counted about a user's behaviour before and beside messages: a total, and how it splits.</summary>
/// <param name="Name">What the group tells, for people.</param>
/// <param name="Size">Number of its cells, ≥ 2.</param>
/// <param name="Circular">True for hours of the day: the last cell is next to the first.</param>
public sealed record BehaviourGroup(string Name, int Size, bool Circular = false);

/// <summary>The groups of a behaviour summary, in order, and the features that a linear mean uses.</summary>
/// <remarks>docs/method.md §9a.</remarks>
public sealed class BehaviourShape
{
    /// <summary>Joins groups.</summary>
    public BehaviourShape(ImmutableArray<BehaviourGroup> groups)
    {
        Groups = groups;
        Cells = groups.Sum(group => group.Size);
        Features = 1 + groups.Sum(group => group.Circular ? 2 : group.Size - 1);
    }

    /// <summary>Groups in order.</summary>
    public ImmutableArray<BehaviourGroup> Groups { get; }

    /// <summary>Number of cells over all groups.</summary>
    public int Cells { get; }

    /// <summary>F, number of features.</summary>
    public int Features { get; }

    /// <summary>Features of a summary, not yet standardised: ln rate, mean direction of circular groups, log ratios of the others.</summary>
    /// <remarks>Half a count in every cell keeps them finite; the log ratio is to the group's last cell.</remarks>
    public void Fill(in BehaviourSummary summary, Span<double> features)
    {
        features[0] = Math.Log((summary.Total + 0.5) / (summary.Exposure + 0.5));
        var (cell, place) = (0, 1);
        foreach (var group in Groups)
        {
            var counts = summary.Counts.Slice(cell, group.Size);
            if (group.Circular)
            {
                var (x, y, n) = (0.0, 0.0, 1.0);
                for (var j = 0; j < counts.Length; j++)
                {
                    var angle = 2 * Math.PI * (j + 0.5) / counts.Length;
                    x += counts[j] * Math.Cos(angle);
                    y += counts[j] * Math.Sin(angle);
                    n += counts[j];
                }

                features[place++] = x / n;
                features[place++] = y / n;
            }
            else
            {
                for (var j = 0; j < counts.Length - 1; j++)
                {
                    features[place++] = Math.Log((counts[j] + 0.5) / (counts[^1] + 0.5));
                }
            }

            cell += group.Size;
        }
    }
}

/// <summary>Counts of one user's behaviour over its organic days.</summary>
/// <param name="exposure">Days observed, each times the season's factor; &gt; 0.</param>
/// <param name="total">Events of the kind whose rate is learnt; ≥ 0.</param>
/// <param name="counts">Counts of all cells, group after group.</param>
public readonly ref struct BehaviourSummary(double exposure, double total, ReadOnlySpan<int> counts)
{
    /// <summary>Days observed, each times the season's factor.</summary>
    public double Exposure { get; } = exposure;

    /// <summary>Events of the kind whose rate is learnt.</summary>
    public double Total { get; } = total;

    /// <summary>Counts of all cells, group after group.</summary>
    public ReadOnlySpan<int> Counts { get; } = counts;
}
