using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Privacy;
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
public sealed class CohortGrain(IAgentStore store, PanelStates panel, IDocumentStore documents, RulesCache rules, IOptions<GrainsOptions> options) : Grain, ICohort
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
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await panel.ForgetAsync();

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
        foreach (var state in await panel.ReadAsync(tenant, options.Value.PanelUsers, CancellationToken.None))
        {
            fold.Add(state);
            findings?.Add(state);
        }

        await StoreAsync(tenant, id, fold.Finish());
        if (findings is not null)
        {
            await StoreAsync(tenant, id, findings, asOf);
        }

        return snapshot.Version;
    }

    async Task StoreAsync(string tenant, string id, FindingsFold findings, Instant asOf)
    {
        await documents.WriteAsync(tenant, FindingsKind, id, null, findings.Finish().Pack(), keepHistory: false, CancellationToken.None);
        foundAt = asOf;
    }

    async Task StoreAsync(string tenant, string id, CohortSnapshot next)
    {
        var bytes = CohortCodec.Pack(next);
        await documents.WriteAsync(tenant, Kind, id, null, bytes, keepHistory: false, CancellationToken.None);
        (snapshot, packed) = (next, bytes);
    }

    /// <inheritdoc/>
    public async ValueTask<CohortRebuild> RebuildAsync(long[] ranks)
    {
        await panel.ForgetAsync();
        var (tenant, id) = CohortKey.Parse(this.GetPrimaryKeyString());
        var (before, bytesBefore) = (snapshot, packed);
        if (before.Version == 0 || rules.Programs.FirstOrDefault(one => one.Id == id) is not { } program)
        {
            return new CohortRebuild(false, before.AsOf, before.Version, before.Version, "", "", [], []);
        }

        // Who is gone from the front of the panel has let another in at its end: a place before the last one now may have been taken.
        var (agents, last) = (new List<AgentState>(), long.MinValue);
        await foreach (var agent in store.PanelAsync(tenant, options.Value.PanelUsers, CancellationToken.None))
        {
            agents.Add(AgentStateCodec.Unpack(agent.Record.Span));
            last = Math.Max(last, AgentPlace.PanelRankOf(agent.Key));
        }

        if (agents.Count >= options.Value.PanelUsers && ranks.All(rank => rank > last))
        {
            return new CohortRebuild(false, before.AsOf, before.Version, before.Version, RecordHash.Of(bytesBefore), RecordHash.Of(bytesBefore), [], []);
        }

        var grace = TimeSpan.FromHours(options.Value.GraceHours);
        var fold = new Core.Agents.CohortFold(program, CohortSnapshot.Nothing(id, before.Version), before.AsOf, grace);
        agents.ForEach(fold.Add);
        await StoreAsync(tenant, id, fold.Finish());
        // What people read of the program was counted from the same records.
        var findings = new FindingsFold(program, snapshot, before.AsOf, grace);
        agents.ForEach(findings.Add);
        await StoreAsync(tenant, id, findings, before.AsOf);
        return new CohortRebuild(
            true, before.AsOf, before.Version, snapshot.Version, RecordHash.Of(bytesBefore), RecordHash.Of(packed), Encoding.UTF8.GetBytes(PriorTable.Of(before, snapshot).ToJsonString()), Encoding.UTF8.GetBytes(PriorTable.Of(snapshot, snapshot).ToJsonString()));
    }

    /// <inheritdoc/>
    public ValueTask<Interfaces.Cohorts.CohortFold> NewestAsync(long known) =>
        ValueTask.FromResult(new Interfaces.Cohorts.CohortFold(snapshot.Version, snapshot.AsOf, known == snapshot.Version ? [] : packed));
}
