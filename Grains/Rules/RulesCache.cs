using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Budgets;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Budgets;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Privacy;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Grains.Rules;

/// <summary>What agents of this silo go by: one value, swapped as a whole. No agent calls a shared grain on its way.</summary>
/// <remarks>
/// A silo acts by its rules for as long as it has asked within the lease, so that a change which could not reach a silo is in force everywhere once
/// the lease has run out (R9).
/// </remarks>
public sealed class RulesCache(IGrainFactory grains, IOptions<GrainsOptions> options, IncarnationSecret secret, IClock clock, TimeProvider time, PersonMarks? marks = null) : IDisposable
{
    /// <summary>How long rules hold without having been asked for again.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim refreshing = new(1), folding = new(1);
    readonly Lock publishing = new();
    readonly ConcurrentDictionary<string, CohortSnapshot> cohorts = new(StringComparer.Ordinal);
    CatalogueRevision? catalogue;
    WorkspaceSettings settings = new();
    List<ProgramDefinition> programs = [];
    ImmutableArray<Window> outages = [];
    long askedAt = time.GetTimestamp();
    AgentRules current = new(new WorkspaceSettings(), [], secret.Key);

    /// <summary>Whether there is any budget, in a draft or archived program too.</summary>
    public bool HasBudgets => settings.Guardrails.Budgets.Length > 0 || programs.Exists(program => program.Guardrails.Budgets.Length > 0);

    /// <summary>What this silo has heard of what is spent of budgets.</summary>
    public KnownSpending Spending { get; } = new();

    /// <summary>The newest rules that this silo has; read once a step.</summary>
    public AgentRules Current => Volatile.Read(ref current);

    /// <summary>The same, for a step that decides or hands over.</summary>
    /// <exception cref="RulesLeaseException">They have not been asked for in time.</exception>
    public AgentRules Acting => IsActing ? Current : throw new RulesLeaseException();

    /// <summary>Whether <see cref="Acting"/> would give rules: work that could only fail is better left for the next look.</summary>
    public bool IsActing => clock.Simulated || time.GetElapsedTime(Volatile.Read(ref askedAt)) < Lease;

    /// <summary>Number of the catalogue's revision in <see cref="Current"/>.</summary>
    public long Revision => catalogue?.Revision ?? 0;

    /// <summary>All programs of the newest revision, drafts and archived ones too.</summary>
    public IReadOnlyList<ProgramDefinition> Programs => programs;

    /// <summary>Fetches what is newer of programs, settings and cohorts. When it returns, every step that begins on this silo goes by it.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        await RefreshCatalogueAsync(stop);
        await RefreshCohortsAsync(stop);
    }

    /// <summary>Fetches what is newer of programs and settings, and renews the lease: what marketers say is in it, what is known of cohorts is not.</summary>
    public async Task RefreshCatalogueAsync(CancellationToken stop)
    {
        await refreshing.WaitAsync(stop);
        try
        {
            var asking = time.GetTimestamp();
            if (marks is not null)
            {
                // Under the same lease: a silo that cannot learn who is suppressed acts no longer than one that cannot learn of a pause (R7).
                await marks.RefreshAsync();
            }

            var newest = await grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant).NewestAsync(catalogue?.Revision ?? 0);
            if (catalogue is null || newest.Revision != catalogue.Revision)
            {
                settings = ProgramDocuments.Settings(newest.Settings);
                programs = [.. Parsed(newest.Programs)];
                catalogue = newest;
                Publish();
            }

            Volatile.Write(ref askedAt, asking);
        }
        finally
        {
            refreshing.Release();
        }
    }

    /// <summary>Fetches what is newer of cohorts, and what is spent of budgets. A cohort that is being folded answers late: an older one serves as well until then.</summary>
    public async Task RefreshCohortsAsync(CancellationToken stop)
    {
        await folding.WaitAsync(stop);
        try
        {
            if (HasBudgets)
            {
                Spending.Replace(BudgetLines.Known(await grains.GetGrain<IBudgetLedger>(AgentKey.DefaultTenant).SpentAsync()));
            }

            var changed = false;
            foreach (var program in programs)
            {
                changed |= await RefreshCohortAsync(program);
            }

            if (changed)
            {
                Publish();
            }
        }
        finally
        {
            folding.Release();
        }
    }

    /// <summary>Tells, before anything acts by the rules, when no events could be taken.</summary>
    public void Know(ImmutableArray<Window> times)
    {
        outages = times;
        Publish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        refreshing.Dispose();
        folding.Dispose();
    }

    // A draft changes the revision with every word, what is live does not: a catalogue of thousands of messages is read once a version, and what was made of
    // its messages (templates) stays.
    IEnumerable<ProgramDefinition> Parsed(ProgramDocument[] newest)
    {
        var known = (catalogue?.Programs ?? []).Zip(programs).ToDictionary(pair => (pair.First.Id, pair.First.Version, pair.First.State), pair => pair.Second);
        return newest.Select(one => known.TryGetValue((one.Id, one.Version, one.State), out var program) ? program : ProgramDocuments.Program(one));
    }

    async Task<bool> RefreshCohortAsync(ProgramDefinition program)
    {
        var known = cohorts.GetValueOrDefault(program.Id)?.Version ?? 0;
        var fold = await grains.GetGrain<ICohort>(CohortKey.Of(AgentKey.DefaultTenant, program.Id)).NewestAsync(known);
        if (fold.Version == known)
        {
            return false;
        }

        cohorts[program.Id] = CohortCodec.Unpack(fold.Packed);
        return true;
    }

    // What is made of a program with thousands of messages is kept as long as neither it nor its cohort is another.
    ProgramRules RulesOf(ProgramDefinition program, TimeSpan grace)
    {
        var cohort = cohorts.GetValueOrDefault(program.Id);
        return current.Find(program.Id) is { } known && ReferenceEquals(known.Definition, program) && (cohort is null ? known.Cohort.Version == 0 : ReferenceEquals(known.Cohort, cohort)) && known.Effect.Grace == grace
            ? known
            : new ProgramRules(program, cohort ?? CohortSnapshot.None(program.Id), grace);
    }

    // Programs and cohorts come by themselves: the later of the two sees the other.
    void Publish()
    {
        lock (publishing)
        {
            var grace = TimeSpan.FromHours(options.Value.GraceHours);
            var acting = programs.Where(program => program.State is ProgramState.Live or ProgramState.Paused);
            Volatile.Write(ref current, new AgentRules(
                settings,
                [.. acting.Select(program => RulesOf(program, grace))],
                secret.Key)
            {
                Spending = Spending,
                Outages = outages,
            });
        }
    }
}

/// <summary>This silo cannot reach the rules, so it decides nothing until it can.</summary>
public sealed class RulesLeaseException() : Exception("This silo has not reached the programs and settings for more than five seconds; it decides nothing until it does.");

/// <summary>The secret of the installation that incarnations, and with them decision ids, follow from.</summary>
/// <param name="Key">Not empty.</param>
public sealed record IncarnationSecret(string Key);
