using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Programs as they were at any version: a decision is rendered and replayed with the one that it names.</summary>
public interface IProgramVersions
{
    /// <summary>The program at a version; null when there is none.</summary>
    ValueTask<ProgramDefinition?> AtAsync(string tenant, string programId, long version, CancellationToken stop);
}
