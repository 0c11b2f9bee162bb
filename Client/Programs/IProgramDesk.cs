using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>Programs on their way from draft to live, and their messages: what marketers do and reviewers read.</summary>
public interface IProgramDesk
{
    /// <summary>All programs.</summary>
    ValueTask<IReadOnlyList<ProgramSummary>> ListAsync(CancellationToken ct = default);

    /// <summary>A program with its draft, or what is live where there is none; <see langword="null"/> when there is no such program.</summary>
    /// <param name="live">What is live, whatever the draft says.</param>
    ValueTask<ProgramVersion?> GetAsync(string programId, bool live = false, CancellationToken ct = default);

    /// <summary>The same without its messages, which can be megabytes; <see cref="ProgramVersion.Messages"/> counts them.</summary>
    ValueTask<ProgramVersion?> OutlineAsync(string programId, CancellationToken ct = default);

    /// <summary>What a document would change; nothing is stored.</summary>
    ValueTask<ProgramDifference> TryAsync(string programId, JsonElement document, long expectedVersion, CancellationToken ct = default);

    /// <summary>Sends a program or its change to another state.</summary>
    /// <param name="to">draft, in_review, approved, live, paused or archived.</param>
    /// <param name="override">Publish although a launch check fails; needs the right and a reason.</param>
    ValueTask<ProgramSummary> MoveAsync(string programId, string to, string reason, bool @override = false, CancellationToken ct = default);

    /// <summary>Drops the change on its way.</summary>
    ValueTask DiscardAsync(string programId, long expectedVersion, CancellationToken ct = default);

    /// <summary>Says something about the change on its way.</summary>
    ValueTask<ProgramSummary> RemarkAsync(string programId, string text, CancellationToken ct = default);

    /// <summary>What differs between what is live and the draft, or between two versions.</summary>
    /// <param name="limit">The first so many fields, 1 to 500; null = all.</param>
    ValueTask<ProgramDifference> DifferenceAsync(string programId, string? from = null, string? to = null, int? limit = null, CancellationToken ct = default);

    /// <summary>The action sets of a program, its draft first; <see langword="null"/> when there is no such program.</summary>
    ValueTask<ProgramSets?> SetsAsync(string programId, CancellationToken ct = default);

    /// <summary>Writes the action sets into the draft: <c>{"actionSets": […]}</c>.</summary>
    /// <exception cref="AgentValidationException">A label that is live would be lost, or a value is wrong; each fault names its pointer.</exception>
    ValueTask<ProgramSets> PutSetsAsync(string programId, JsonElement sets, long expectedVersion, CancellationToken ct = default);

    /// <summary>Messages that pass a filter, by id.</summary>
    ValueTask<Page<CatalogueItem>> MessagesAsync(string programId, CatalogueFilter? filter = null, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>One message; <see langword="null"/> when there is none.</summary>
    ValueTask<CatalogueMessage?> MessageAsync(string programId, string messageId, CancellationToken ct = default);

    /// <summary>Writes a message into the draft.</summary>
    ValueTask<CatalogueMessage> PutMessageAsync(string programId, JsonElement message, long expectedVersion, CancellationToken ct = default);

    /// <summary>Takes a message out of the draft.</summary>
    ValueTask<ProgramSummary> RemoveMessageAsync(string programId, string messageId, long expectedVersion, CancellationToken ct = default);

    /// <summary>A message as somebody would see it.</summary>
    ValueTask<CopyPreview> PreviewAsync(string programId, PreviewRequest request, CancellationToken ct = default);

    /// <summary>The catalogue as CSV.</summary>
    ValueTask<byte[]> ExportAsync(string programId, CancellationToken ct = default);

    /// <summary>Messages from CSV into the draft; a dry run unless <paramref name="apply"/>.</summary>
    ValueTask<CatalogueImport> ImportAsync(string programId, byte[] csv, bool apply, long expectedVersion, CancellationToken ct = default);
}
