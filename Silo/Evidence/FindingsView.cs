using System.Collections.Concurrent;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Grains.Cohorts;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>The newest findings of each program, as its cohort's fold stored them; what has not changed is not read again.</summary>
sealed class FindingsView(IDocumentStore documents)
{
    readonly ConcurrentDictionary<string, (long Version, ProgramFindings Findings)> known = new(StringComparer.Ordinal);

    /// <summary>The findings of a program; null before the first fold.</summary>
    public async ValueTask<ProgramFindings?> OfAsync(string programId, CancellationToken stop)
    {
        if (await documents.ReadAsync(AgentKey.DefaultTenant, CohortGrain.FindingsKind, programId, stop) is not { } stored)
        {
            return null;
        }

        if (known.TryGetValue(programId, out var before) && before.Version == stored.Version)
        {
            return before.Findings;
        }

        var findings = ProgramFindings.Unpack(stored.Content.Span);
        known[programId] = (stored.Version, findings);
        return findings;
    }
}
