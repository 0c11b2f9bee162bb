using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Programs;

namespace Aampe.Agents.Silo.Security.People;

/// <summary>Who acts in a request, as the workflow and the audit trail see it.</summary>
sealed class Actors(PeopleBook people, TimeProvider time)
{
    /// <summary>The caller with its rights; four eyes wherever somebody else could approve.</summary>
    public async ValueTask<WorkflowActor> OfAsync(HttpContext context, CancellationToken stop)
    {
        var caller = context.Caller();
        return new WorkflowActor(caller.Actor, caller.Identity, RightsOf(caller), await people.OthersApproveAsync(caller.Identity, stop));
    }

    /// <summary>The same on its way to a grain.</summary>
    public async ValueTask<ActorCard> CardAsync(HttpContext context, CancellationToken stop)
    {
        var actor = await OfAsync(context, stop);
        return new ActorCard(actor.Id, actor.Identity, (int)actor.Rights, actor.FourEyes);
    }

    /// <summary>An entry of the audit trail about what the caller did.</summary>
    public AuditNote Note(HttpContext context, string act, string kind, string id, string? reason = null, string? summary = null) =>
        new() { At = Instant.From(time.GetUtcNow()), Actor = context.Caller().Actor, Act = act, Kind = kind, Subject = id, Reason = reason is { Length: > 0 } ? reason : null, Summary = summary };

    /// <summary>Scope that a right stands for.</summary>
    public static string ScopeOf(Rights right) => right switch
    {
        Rights.Edit => Scopes.Programs,
        Rights.Approve => Scopes.Approve,
        Rights.Pause => Scopes.Pause,
        Rights.Resume => Scopes.Resume,
        _ => Scopes.Override,
    };

    static Rights RightsOf(Caller caller) =>
        new[] { Rights.Edit, Rights.Approve, Rights.Pause, Rights.Resume, Rights.Override }.Where(right => caller.May(ScopeOf(right))).Aggregate(Rights.None, (all, one) => all | one);
}
