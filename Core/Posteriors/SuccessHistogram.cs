using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>
/// How many users of a cohort have s successes of n trials: all that the beta–binomial prior needs. Histograms of disjoint users add up
/// exactly; one of changes may hold negative cells until it is merged.
/// </summary>
/// <remarks>docs/method.md §9. n ≤ 32 in 561 cells; larger n is scaled down to 32 with s rounded.</remarks>
public sealed class SuccessHistogram
{
    /// <summary>Largest n that is kept as it is.</summary>
    public const int LargestTrials = 32;

    /// <summary>Number of cells: all (s, n) with 0 ≤ s ≤ n ≤ 32.</summary>
    public const int Cells = (LargestTrials + 1) * (LargestTrials + 2) / 2;

    readonly int[] users = new int[Cells];

    /// <summary>No users.</summary>
    public SuccessHistogram()
    {
    }

    /// <summary>A stored histogram.</summary>
    /// <param name="cells">The 561 numbers of <see cref="ToArray"/>.</param>
    public SuccessHistogram(ReadOnlySpan<int> cells)
    {
        if (cells.Length != Cells)
        {
            throw new ArgumentException($"A histogram has {Cells} cells; got {cells.Length}.", nameof(cells));
        }

        cells.CopyTo(users);
    }

    /// <summary>Users with at least one trial.</summary>
    public int Users => Pairs().Sum(pair => pair.Users);

    /// <summary>Users with s successes of n, at most 32.</summary>
    public int this[int successes, int trials] => users[CellOf(successes, trials)];

    /// <summary>Counts one more user.</summary>
    public void Add(int successes, int trials) => users[CellOf(successes, trials)]++;

    /// <summary>Takes one user out, for erasure or so that a user does not sit in its own prior.</summary>
    public void Subtract(int successes, int trials) => users[CellOf(successes, trials)]--;

    /// <summary>Moves a user from one pair to another, after an effect.</summary>
    public void Move(int oldSuccesses, int oldTrials, int newSuccesses, int newTrials)
    {
        if (oldTrials > 0)
        {
            Subtract(oldSuccesses, oldTrials);
        }

        Add(newSuccesses, newTrials);
    }

    /// <summary>Adds another histogram, cell by cell.</summary>
    public void Merge(SuccessHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < Cells; i++)
        {
            users[i] += other.users[i];
        }
    }

    /// <summary>The cells, for storage.</summary>
    public int[] ToArray() => [.. users];

    /// <summary>A copy that changes on its own.</summary>
    public SuccessHistogram Copy() => new(users);

    /// <summary>Non-empty cells with n ≥ 1; cells that are negative for the moment count as empty.</summary>
    public ImmutableArray<(int Successes, int Trials, int Users)> Pairs()
    {
        var pairs = ImmutableArray.CreateBuilder<(int, int, int)>();
        for (var n = 1; n <= LargestTrials; n++)
        {
            for (var s = 0; s <= n; s++)
            {
                var count = users[n * (n + 1) / 2 + s];
                if (count > 0)
                {
                    pairs.Add((s, n, count));
                }
            }
        }

        return pairs.ToImmutable();
    }

    static int CellOf(int successes, int trials)
    {
        Require.Between(trials, 0, int.MaxValue);
        Require.Between(successes, 0, trials);
        if (trials > LargestTrials)
        {
            successes = (int)Math.Round((double)successes * LargestTrials / trials, MidpointRounding.AwayFromZero);
            trials = LargestTrials;
        }

        return trials * (trials + 1) / 2 + successes;
    }
}
