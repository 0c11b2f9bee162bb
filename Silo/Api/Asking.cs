using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Api;

/// <summary>Asks an agent for its user's next message and tells the answer.</summary>
sealed class Asking(AgentReferences references, IClock clock, TimeProvider time, DecisionCopy copy, RepeatedReplies repeated, IOptions<ApiOptions> options, ILogger<Asking> log)
{
    const int LongestKey = 100, LongestText = 200, LongestWait = 5_000;

    /// <summary>The answer as bytes, or what is wrong with the question.</summary>
    /// <param name="limited">Whether a question without a limit of its own has the usual one.</param>
    public async ValueTask<(byte[]? Reply, Problem? Fault)> AskAsync(AgentKey agent, NextQuestion question, string bodyHash, string? key, bool limited, CancellationToken stop)
    {
        if (Check(question, key) is { } fault)
        {
            return (null, fault);
        }

        NextResult result;
        do
        {
            var asked = references.Of(agent).NextAsync(Request(question, key, bodyHash)).AsTask();
            try
            {
                result = await Limited(asked, question, limited, stop);
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                // Under a key the next try gets this very decision.
                if (question.Activate && key is null)
                {
                    _ = ForsakeAsync(agent, asked);
                }

                if (late is OperationCanceledException)
                {
                    throw;
                }

                return (Wire.Bytes(Nothing(agent, "timeout", degraded: true)), null);
            }

            agent = result.MergedInto is { } into ? AgentKey.Parse(into) : agent;
        }
        while (result.Status == NextStatus.Merged);

        return result.Status switch
        {
            NextStatus.IdempotencyConflict => (null, Problems.Of(StatusCodes.Status409Conflict, "idempotency_conflict", "The key was used with another question", $"Idempotency-Key '{key}' was used within 24 h with another body; take a new key for a new question.")),
            NextStatus.Suppressed => (Wire.Bytes(Nothing(agent, HoldReason.SuppressedUser, degraded: false)), null),
            NextStatus.Objected => (Wire.Bytes(Nothing(agent, HoldReason.NoConsent, degraded: false)), null),
            NextStatus.UnknownProgram => (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, "unknown_program", "No such live program", $"There is no live program '{question.ProgramId}'.", [new("/programId", "unknown_program", question.ProgramId ?? "")])),
            _ => (await ReplyAsync(agent, result, bodyHash, key, stop), null),
        };
    }

    static Problem? Check(NextQuestion question, string? key)
    {
        if (key is { Length: 0 or > LongestKey } || key?.Any(char.IsControl) == true)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_idempotency_key", "The idempotency key is not valid", $"Idempotency-Key must be 1 to {LongestKey} characters; it has {key!.Length}.");
        }

        if (question.Context is { Count: > 0 } context)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "undeclared_context", "The program declares no such context", "Context values must be declared on the program.",
                [.. context.Select(pair => new ProblemError(JsonPointer.Under("/context", pair.Key), "undeclared_context", $"'{pair.Key}' is not declared."))]);
        }

        if (question.MaxWaitMs is < 1 or > LongestWait)
        {
            return Malformed("/maxWaitMs", $"maxWaitMs must be 1 to {LongestWait}; it is {question.MaxWaitMs}.");
        }

        if (Channels(question).FirstOrDefault(channel => !ProgramJson.Channels.Contains(channel)) is { } unknown)
        {
            var at = question.Channels?.ToList().IndexOf(unknown) ?? -1;
            return Malformed(at < 0 ? "/channel" : $"/channels/{at}", $"There is no channel '{unknown}'; allowed: {string.Join(", ", ProgramJson.Channels)}.");
        }

        return Short("/placement", question.Placement) ?? Short("/trigger", question.Trigger) ?? Short("/programId", question.ProgramId);
    }

    static Problem? Short(string pointer, string? text) => text?.Length > LongestText ? Malformed(pointer, $"{pointer[1..]} has {text.Length} characters; at most {LongestText}.") : null;

    static Problem Malformed(string pointer, string detail) => Problems.Of(StatusCodes.Status400BadRequest, "invalid_request", "The question is not valid", detail, [new(pointer, "invalid_request", detail)]);

    static string[] Channels(NextQuestion question) => [.. (question.Channels ?? []).Concat(question.Channel is null ? [] : [question.Channel]).Distinct(StringComparer.Ordinal)];

    NextRequest Request(NextQuestion question, string? key, string bodyHash) => new()
    {
        At = clock.Now,
        Channels = Channels(question),
        ProgramId = question.ProgramId,
        Placement = question.Placement,
        Trigger = question.Trigger,
        Activate = question.Activate,
        DryRun = question.DryRun,
        IdempotencyKey = key,
        BodyHash = key is null ? null : bodyHash,
    };

    // Whoever asked has gone without the answer, so nobody will show what is activated for it.
    async Task ForsakeAsync(AgentKey agent, Task<NextResult> asked)
    {
        try
        {
            if (await asked is { State: DecisionState.Activated, Replayed: false, DecisionId: { } decision })
            {
                await references.Of(agent).ForsakeAsync(decision, "timeout", clock.Now);
            }
        }
        catch (Exception error)
        {
            ApiLog.NotForsaken(log, agent.ToString(), error);
        }
    }

    // On a simulated clock nobody waits in earnest, and an answer must not hang on how busy the machine is.
    Task<NextResult> Limited(Task<NextResult> asked, NextQuestion question, bool limited, CancellationToken stop)
    {
        var wait = question.MaxWaitMs ?? (limited && !clock.Simulated ? options.Value.MaxWaitMs : null as int?);
        return wait is { } milliseconds ? asked.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), time, stop) : asked.WaitAsync(stop);
    }

    async ValueTask<byte[]> ReplyAsync(AgentKey agent, NextResult result, string bodyHash, string? key, CancellationToken stop)
    {
        if (result.Record.Length == 0)
        {
            return Wire.Bytes(Nothing(agent, "paused", degraded: false));
        }

        if (key is not null && repeated.Find(agent, key, bodyHash) is { } before)
        {
            return before;
        }

        var made = await NextReplies.OfAsync(agent, result, copy, log, stop);
        if (made.Degraded && result is { State: DecisionState.Activated, Replayed: false, DecisionId: { } decision })
        {
            // It was activated and there is no copy for this user: nobody will see it, and it must not count as seen.
            await references.Of(agent).ForsakeAsync(decision, "render", clock.Now);
            made = made with { Activation = "failed" };
        }

        var reply = Wire.Bytes(made);
        return key is null ? reply : repeated.Keep(agent, key, bodyHash, reply);
    }

    static NextReply Nothing(AgentKey agent, string code, bool degraded) => new()
    {
        Verdict = "hold",
        UserId = agent.Id,
        HoldPropensity = 1,
        Reasons = [new JsonObject { ["code"] = code }],
        Activation = "none",
        Degraded = degraded,
    };
}
