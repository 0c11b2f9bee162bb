using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Grains.Cohorts;

/// <summary>
/// Folds the panel's records into what users have in common and keeps the newest fold. It reads records and calls no agent, so there is no cycle, and
/// nothing can be counted twice or forgotten: the fold is a function of the records (docs/adr/0002).
/// </summary>
public sealed class CohortGrain(IAgentStore agents, IDocumentStore documents, RulesCache rules, IOptions<GrainsOptions> options) : Grain, ICohort
{
    /// <summary>Kind of the document that holds a program's findings.</summary>
    public const string FindingsKind = "findings";

    const string Kind = "cohort";
    CohortSnapshot snapshot = null!;
    byte[] packed = [];
    Instant foundAt = Instant.Earliest;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (tenant, program) = CohortKey.Parse(this.GetPrimaryKeyString());
        var stored = await documents.ReadAsync(tenant, Kind, program, cancellationToken);
        packed = stored?.Content.ToArray() ?? [];
        snapshot = packed.Length > 0 ? CohortCodec.Unpack(packed) : CohortSnapshot.None(program);
        var found = await documents.ReadAsync(tenant, FindingsKind, program, cancellationToken);
        foundAt = found is null ? Instant.Earliest : ProgramFindings.Unpack(found.Content.Span).At;
    }

    /// <inheritdoc/>
    public async ValueTask<long> RefreshAsync(Instant asOf)
    {
        var (tenant, id) = CohortKey.Parse(this.GetPrimaryKeyString());
        if (asOf <= snapshot.AsOf || rules.Programs.FirstOrDefault(one => one.Id == id) is not { } program)
        {
            return snapshot.Version;
        }

        var grace = TimeSpan.FromHours(options.Value.GraceHours);
        var fold = new Core.Agents.CohortFold(program, snapshot, asOf, grace);
        var findings = asOf >= foundAt + FindingsFold.Every ? new FindingsFold(program, snapshot, asOf, grace) : null;
        await foreach (var agent in agents.PanelAsync(tenant, options.Value.PanelUsers, CancellationToken.None))
        {
            var state = AgentStateCodec.Unpack(agent.Record.Span);
            fold.Add(state);
            findings?.Add(state);
        }

        var next = fold.Finish();
        var bytes = CohortCodec.Pack(next);
        await documents.WriteAsync(tenant, Kind, id, null, bytes, keepHistory: false, CancellationToken.None);
        (snapshot, packed) = (next, bytes);
        if (findings is not null)
        {
            await documents.WriteAsync(tenant, FindingsKind, id, null, findings.Finish().Pack(), keepHistory: false, CancellationToken.None);
            foundAt = asOf;
        }

        return next.Version;
    }

    /// <inheritdoc/>
    public ValueTask<Interfaces.Cohorts.CohortFold> NewestAsync(long known) =>
        ValueTask.FromResult(new Interfaces.Cohorts.CohortFold(snapshot.Version, snapshot.AsOf, known == snapshot.Version ? [] : packed));
}
