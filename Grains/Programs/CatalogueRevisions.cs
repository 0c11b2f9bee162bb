namespace Aampe.Agents.Grains.Programs;

/// <summary>Numbers of catalogue revisions.</summary>
internal static class CatalogueRevisions
{
    /// <summary>One more than the sum of all versions: 0 stays free for "nothing known yet".</summary>
    public static long Of(long settings, IEnumerable<long> programs) => 1 + settings + programs.Sum();
}
