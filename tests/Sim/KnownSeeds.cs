using System.Globalization;

namespace Aampe.Agents.Sim;

/// <summary>Seeds that are kept: those that failed once, and for each planted bug the first that finds it.</summary>
internal static class KnownSeeds
{
    /// <summary>A planted bug must be found within so many seeds.</summary>
    public const int Most = 2_000;

    /// <summary>Lines of regressions.txt: a seed and a design each.</summary>
    public static IEnumerable<(ulong Seed, Design Design)> Regressions() =>
        from line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "regressions.txt"))
        where line.Length > 0 && line[0] != '#'
        let parts = line.Split(' ')
        select (ulong.Parse(parts[0], CultureInfo.InvariantCulture), Enum.Parse<Design>(parts[1], ignoreCase: true));

    /// <summary>Lines of mutants.txt: a planted bug, a design and the first seed that finds it there.</summary>
    public static IEnumerable<(Mutant Mutant, Design Design, ulong Seed)> Finds() =>
        from line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "mutants.txt"))
        where line.Length > 0 && line[0] != '#'
        let parts = line.Split(' ')
        select (Enum.Parse<Mutant>(parts[0]), Enum.Parse<Design>(parts[1], ignoreCase: true), ulong.Parse(parts[2], CultureInfo.InvariantCulture));

    /// <summary>The first seed from 1 on that finds a planted bug, or null.</summary>
    public static ulong? FirstToFind(Mutant mutant, Design design, ulong from = 1)
    {
        for (var seed = from; seed <= Most; seed++)
        {
            if (Simulation.Run(seed, design, mutant).Failure is not null)
            {
                return seed;
            }
        }

        return null;
    }
}
