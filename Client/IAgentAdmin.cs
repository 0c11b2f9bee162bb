using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>What operators and marketers do; needs a key with an admin scope.</summary>
public interface IAgentAdmin
{
    /// <summary>All programs with version and state.</summary>
    ValueTask<IReadOnlyList<ProgramSummary>> ProgramsAsync(CancellationToken ct = default);

    /// <summary>A program's document; <see langword="null"/> when there is none.</summary>
    ValueTask<ProgramVersion?> ProgramAsync(string programId, long? version = null, CancellationToken ct = default);

    /// <summary>Creates a program as a draft.</summary>
    /// <exception cref="AgentValidationException">The document has errors; each names its pointer.</exception>
    ValueTask<ProgramSummary> CreateProgramAsync(JsonElement document, CancellationToken ct = default);

    /// <summary>Replaces a program. <paramref name="expectedVersion"/> is the version that was read.</summary>
    /// <exception cref="AgentConflictException">It was changed since.</exception>
    ValueTask<ProgramSummary> PutProgramAsync(string programId, JsonElement document, long expectedVersion, CancellationToken ct = default);

    /// <summary>Moves a program to another state: live, paused, archived.</summary>
    ValueTask<ProgramSummary> TransitionAsync(string programId, string to, string reason, bool @override = false, CancellationToken ct = default);

    /// <summary>Event weights of a program, as last estimated.</summary>
    ValueTask<EventWeightTable> WeightsAsync(string programId, CancellationToken ct = default);

    /// <summary>Workspace settings with their version.</summary>
    ValueTask<WorkspaceVersion> WorkspaceAsync(CancellationToken ct = default);

    /// <summary>Replaces the workspace settings: in force when it returns if the change only narrows limits or nobody else could approve, else in <see cref="WorkspaceVersion.Proposal"/>.</summary>
    ValueTask<WorkspaceVersion> PutWorkspaceAsync(JsonElement document, long expectedVersion, CancellationToken ct = default);

    /// <summary>Stops or allows every activation; in force when it returns.</summary>
    ValueTask<KillSwitchState> SetKillSwitchAsync(bool on, string reason, CancellationToken ct = default);

    /// <summary>Events that could not be taken, newest first.</summary>
    ValueTask<Page<DeadLetter>> DeadLettersAsync(string? source = null, string? reason = null, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>The newest events (up to <paramref name="recent"/>, 0 to 500), then each as it comes in, until cancelled.</summary>
    IAsyncEnumerable<ArrivedEvent> EventTailAsync(string? userId = null, string? source = null, int recent = 50, CancellationToken ct = default);

    /// <summary>Sends a dead letter through ingest again, with its own body or a corrected one.</summary>
    /// <exception cref="IngestRejectedException">It was refused again.</exception>
    ValueTask ReplayDeadLetterAsync(string id, JsonElement? corrected = null, CancellationToken ct = default);

    /// <summary>Messages that the sandbox kept instead of sending, newest first.</summary>
    ValueTask<Page<SandboxEntry>> SandboxAsync(string? userId = null, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>The newest decisions of all users, newest first.</summary>
    ValueTask<Page<RecentDecision>> DecisionsAsync(int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>Totals, live programs, effect of each arm.</summary>
    ValueTask<Overview> OverviewAsync(CancellationToken ct = default);

    /// <summary>Users whose id starts with a text.</summary>
    ValueTask<Page<FoundUser>> FindUsersAsync(string prefix, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>The clock that the silo lives by.</summary>
    ValueTask<ClockState> ClockAsync(CancellationToken ct = default);

    /// <summary>Moves a simulated clock forward; returns when everything due up to then has happened.</summary>
    ValueTask<ClockMove> SetClockAsync(DateTimeOffset now, CancellationToken ct = default);

    /// <summary>What is running.</summary>
    ValueTask<ServerVersion> VersionAsync(CancellationToken ct = default);
}
