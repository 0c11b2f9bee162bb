using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Privacy;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Log;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>Custody of one request about people. What each step did is durable before the next begins; a step that a crash cut is made again.</summary>
public sealed partial class RegulationGrain(
    IDocumentStore documents, PersonMarks marks, IEverywhere everywhere, IEnumerable<IPersonalStore> stores, IEventLog eventLog, RulesCache rules, IGrainFactory grains, IClock clock, TimeProvider time, ILogger<RegulationGrain> log) : Grain, IRegulation
{
    /// <summary>Name of the store of agents' own rows in receipts; what follows the colon is the table.</summary>
    public const string AgentRows = "agents";

    RegulationState? state;

    string Tenant => CohortKey.Parse(this.GetPrimaryKeyString()).Tenant;

    string Id => CohortKey.Parse(this.GetPrimaryKeyString()).Program;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        state = await documents.ReadAsync(Tenant, RegulationState.Documents, Id, cancellationToken) is { } stored ? RegulationState.Read(stored.Content.Span) : null;

    /// <inheritdoc/>
    public async ValueTask BeginAsync(RegulationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (state is not null)
        {
            // The same request told again.
            return;
        }

        state = new RegulationState
        {
            Id = Id,
            Kind = request.Kind,
            Reason = request.Reason,
            By = request.By,
            At = request.At.UnixMilliseconds,
            Salt = request.Salt,
            People = [.. request.Agents.Select((agent, i) => new RegulatedPerson { Index = i, Agent = agent, Hash = marks.HashOf(new AgentKey(Tenant, agent)) })],
        };
        await SaveAsync(Note("begun", request.By));
        RegulationLog.Begun(log, Id, state.Kind, state.People.Count);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> StepAsync()
    {
        if (state is not { Stage: not RegulationState.Done } open)
        {
            return false;
        }

        try
        {
            await NextAsync(open);
            (open.Failures, open.Fault) = (0, null);
        }
        catch (Exception fault)
        {
            // It stays open, says why, and is tried again.
            RegulationLog.Failed(log, Id, open.Stage, fault);
            (open.Failures, open.Fault) = (open.Failures + 1, $"{open.Stage}: {fault.GetType().Name}");
            await SaveAsync();
            throw;
        }

        await SaveAsync(open.Stage == RegulationState.Done ? Note("finished", open.By) : null);
        if (open.Stage == RegulationState.Done)
        {
            RegulationLog.Finished(log, Id, open.Kind, open.People.Count);
        }

        return open.Stage != RegulationState.Done;
    }

    Task NextAsync(RegulationState open) => open.Stage switch
    {
        RegulationState.Accepted => MarkAllAsync(open),
        RegulationState.Agents when open.Erases => EraseSomeAsync(open),
        RegulationState.Agents => SettleSomeAsync(open),
        RegulationState.StoreByStore => StoreAsync(open),
        _ => CohortAsync(open),
    };

    // After a failed write nobody knows what is stored: the next activation reads it.
    async Task SaveAsync(AuditNote? note = null)
    {
        try
        {
            await documents.WriteAsync(Tenant, RegulationState.Documents, Id, null, state!.Write(), keepHistory: false, note, CancellationToken.None);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    // The trail names the request, never the people: it is there to stay.
    AuditNote Note(string what, string by) => new()
    {
        At = Instant.From(time.GetUtcNow()),
        Actor = by,
        Act = $"privacy.{state!.Kind}.{what}",
        Kind = RegulationState.Documents,
        Subject = Id,
        From = what == "begun" ? null : RegulationState.Accepted,
        To = state.Stage,
        Reason = state.Reason,
        Summary = $"{state.People.Count} people, {state.Stores.Sum(store => store.RowsRemoved)} rows removed",
    };

    void Finish(RegulationState open)
    {
        foreach (var person in open.People)
        {
            person.Agent = "";
            person.Lives.Clear();
        }

        (open.Salt, open.FinishedAt, open.Stage) = ("", clock.Now.UnixMilliseconds, RegulationState.Done);
    }

    AgentKey KeyOf(string agent) => new(Tenant, agent);

    IUserAgent AgentOf(string agent) => grains.GetGrain<IUserAgent>(KeyOf(agent).ToString());

    IPersonRegister Register => grains.GetGrain<IPersonRegister>(Tenant);

    // Changes marks, each from what the register has, and has every silo know before it returns.
    async Task MarkAsync(IReadOnlyCollection<string> hashes, Func<string, PersonMark, PersonMark> change)
    {
        var known = (await Register.FindAsync([.. hashes])).ToDictionary(entry => entry.Hash, entry => PersonMarkCodec.Unpack(entry.Mark), StringComparer.Ordinal);
        await Register.PutAsync([.. hashes.Select(hash => new PersonEntry(hash, PersonMarkCodec.Pack(change(hash, known.GetValueOrDefault(hash) ?? new PersonMark()))))]);
        await everywhere.InForceAsync(CancellationToken.None);
    }
}

internal static partial class RegulationLog
{
    [LoggerMessage(621, LogLevel.Information, "Request {Id} was taken down: {Kind} {People} people")]
    public static partial void Begun(ILogger log, string id, string kind, int people);

    [LoggerMessage(622, LogLevel.Information, "Request {Id} is done: {Kind} {People} people")]
    public static partial void Finished(ILogger log, string id, string kind, int people);

    [LoggerMessage(624, LogLevel.Warning, "Request {Id} goes on although the log is more than a minute behind: an event that is in it already and is sent again without a time may begin a new life")]
    public static partial void Behind(ILogger log, string id);

    [LoggerMessage(623, LogLevel.Error, "A step of request {Id} failed at {Stage}; the request stays open and the step is made again")]
    public static partial void Failed(ILogger log, string id, string stage, Exception error);
}
