using System.Text.Json.Serialization;

namespace Aampe.Agents.Client;

/// <summary>What went wrong, as the silo told it (RFC 9457).</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Code">Stable code of the closed list in docs/api.</param>
/// <param name="Title">Short text.</param>
/// <param name="Detail">Text for people.</param>
/// <param name="TraceId">Trace to ask for.</param>
/// <param name="Errors">Single errors with JSON pointers.</param>
public sealed record AgentProblem(int Status, string Code, string? Title = null, string? Detail = null, string? TraceId = null, IReadOnlyList<ProblemError>? Errors = null);

/// <summary>One error of a problem.</summary>
/// <param name="Path">JSON pointer into the request.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">Text for people.</param>
public sealed record ProblemError([property: JsonPropertyName("pointer")] string? Path, string? Code, string? Detail);

/// <summary>A call to the agents failed.</summary>
public class AgentClientException : Exception
{
    public AgentClientException(AgentProblem problem, Exception? cause = null)
        : base(Message(problem), cause) => Problem = problem;

    /// <summary>All that is known of it.</summary>
    public AgentProblem Problem { get; }

    /// <summary>Stable code.</summary>
    public string Code => Problem.Code;

    /// <summary>Trace to ask for.</summary>
    public string? TraceId => Problem.TraceId;

    /// <summary>Whether the same call may succeed later.</summary>
    public virtual bool IsTransient => false;

    static new string Message(AgentProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Detail ?? problem.Title ?? problem.Code;
    }
}

/// <summary>No silo, connection lost, or 503; raised after one quick retry.</summary>
public sealed class AgentUnavailableException(AgentProblem problem, Exception? cause = null) : AgentClientException(problem, cause)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The client's own time limit passed. The decision may exist: ask again with the same idempotency key.</summary>
public sealed class AgentTimeoutException(AgentProblem problem, Exception? cause = null) : AgentClientException(problem, cause)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>Too many requests.</summary>
public sealed class AgentThrottledException(AgentProblem problem, TimeSpan retryAfter) : AgentClientException(problem)
{
    /// <summary>How long to wait.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The key is missing, wrong or expired.</summary>
public sealed class AgentUnauthorizedException(AgentProblem problem) : AgentClientException(problem);

/// <summary>The key lacks the scope.</summary>
public sealed class AgentForbiddenException(AgentProblem problem) : AgentClientException(problem);

/// <summary>There is no such object.</summary>
public sealed class AgentNotFoundException(AgentProblem problem) : AgentClientException(problem);

/// <summary>The state of things does not allow it: 409, 412 or 428.</summary>
public sealed class AgentConflictException(AgentProblem problem) : AgentClientException(problem);

/// <summary>The request is malformed or wrong: 400, 413, 415 or 422.</summary>
public sealed class AgentValidationException(AgentProblem problem) : AgentClientException(problem)
{
    /// <summary>What is wrong, by JSON pointer.</summary>
    public IReadOnlyList<ProblemError> Errors => Problem.Errors ?? [];
}

/// <summary>A single event was refused.</summary>
public sealed class IngestRejectedException(RejectedEvent rejected)
    : AgentClientException(new AgentProblem(422, Check(rejected).Code, "Event refused", rejected.Detail))
{
    /// <summary>Dead-letter reason.</summary>
    public string Reason => Code;

    static RejectedEvent Check(RejectedEvent rejected)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        return rejected;
    }
}
