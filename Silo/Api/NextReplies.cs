using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Rendering;

namespace Aampe.Agents.Silo.Api;

/// <summary>Turns an agent's answer into a reply, with the copy rendered.</summary>
static class NextReplies
{
    public static async ValueTask<NextReply> OfAsync(AgentKey agent, NextResult result, DecisionCopy copy, ILogger log, CancellationToken stop)
    {
        var record = Wire.Object(result.Record);
        var reasons = record["reasons"]?.DeepClone().AsArray() ?? [];
        var refused = Wire.Array(result.HeldReasons);
        JsonObject? message = null;
        var degraded = false;
        // A program that only watches decides for the record; whoever asks gets nothing to show.
        var shadow = record.Text("mode") == "shadow" && record.Text("verdict") == "send";
        // A host that shows what says "send" must never show what its activation was refused.
        if (!shadow && record.Text("verdict") == "send" && result.State is not (DecisionState.Held or DecisionState.Expired or DecisionState.Failed or DecisionState.Cancelled or DecisionState.Superseded))
        {
            try
            {
                message = await copy.MessageAsync(agent.Tenant, record, result.Attributes, stop);
            }
            catch (RenderException fault)
            {
                ApiLog.Unrenderable(log, record.Text("id") ?? "", fault.Code, fault.Message);
                reasons.Add(new JsonObject { ["code"] = "no_eligible_message" });
                degraded = true;
            }
        }

        var hold = message is null;
        return new NextReply
        {
            DecisionId = result.DecisionId,
            Verdict = hold ? "hold" : "send",
            UserId = agent.Id,
            ProgramId = record.Text("programId"),
            Arm = record.Text("arm"),
            Channel = hold ? null : record.Text("channel"),
            SendAt = hold ? null : record.Text("sendAt"),
            SendAtLocal = hold ? null : record.Text("sendAtLocal"),
            ExpiresAt = record.Text("expiresAt"),
            Message = message,
            Propensity = hold ? null : record.Number("propensity"),
            PropensityMethod = hold ? null : record.Text("propensityMethod"),
            PropensityStdError = hold ? null : record.Number("propensityStdError"),
            HoldPropensity = record.Number("holdPropensity"),
            Sets = [.. (record["sets"]?.AsArray() ?? []).Select(set => Choice(set!.AsObject()))],
            Reasons = refused.Count > 0 ? refused : shadow ? [new JsonObject { ["code"] = "shadow" }] : reasons.Count > 0 || !hold || record.Text("verdict") != "send" ? reasons : [new JsonObject { ["code"] = "expired" }],
            Versions = record["versions"]?.DeepClone().AsObject(),
            RecordHash = result.DecisionId is null ? null : RecordHash.Of(result.Record),
            ExplainUrl = result.DecisionId is null ? null : $"/v1/decisions/{result.DecisionId}/explain",
            Activation = shadow && result.DecisionId is not null ? "held" : record.Text("verdict") == "send" && result.DecisionId is not null ? Activation(result.State) : "none",
            Degraded = degraded,
            Replayed = result.Replayed,
        };
    }

    public static string Activation(DecisionState state) => state switch
    {
        DecisionState.Hold => "none",
        DecisionState.Open => "required",
        DecisionState.Activated => "done",
        _ => StateNames.Of(state),
    };

    static SetReply Choice(JsonObject set)
    {
        var chosen = set.Text("chosen");
        var candidate = (set["candidates"]?.AsArray() ?? []).FirstOrDefault(one => one!["action"]!.GetValue<string>() == chosen);
        return new SetReply(set.Text("id") ?? "", chosen, set.Number("propensity") ?? candidate?.AsObject().Number("propensity"));
    }
}

/// <summary>How states are spelled.</summary>
static class StateNames
{
    public static string Of(DecisionState state) => state switch
    {
        DecisionState.NotFound => "notFound",
        _ => state.ToString().ToLowerInvariant(),
    };
}

internal static partial class ApiLog
{
    [LoggerMessage(701, LogLevel.Warning, "Decision {Decision} cannot be rendered ({Code}) and was answered as a hold: {Detail}")]
    public static partial void Unrenderable(ILogger log, string decision, string code, string detail);

    [LoggerMessage(704, LogLevel.Warning, "A question to {Agent} that nobody waited for could not be taken back; what it activated counts as sent")]
    public static partial void NotForsaken(ILogger log, string agent, Exception error);

    [LoggerMessage(702, LogLevel.Warning, "{Method} {Path} could not be finished and was answered with 503")]
    public static partial void Unavailable(ILogger log, string method, string path, Exception error);

    // Without a stack: the reason names the server and what to do, and every request of an outage says it again.
    [LoggerMessage(705, LogLevel.Warning, "{Method} {Path} was answered with 503: {Reason}")]
    public static partial void StoreAway(ILogger log, string method, string path, string reason);

    [LoggerMessage(706, LogLevel.Error, "{Method} {Path} was answered with 503 until somebody mends the store: {Reason}")]
    public static partial void StoreRefuses(ILogger log, string method, string path, string reason);

    [LoggerMessage(703, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void Failed(ILogger log, string method, string path, Exception error);
}
