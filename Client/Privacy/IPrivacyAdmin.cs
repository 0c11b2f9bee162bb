namespace Aampe.Agents.Client;

/// <summary>What a privacy officer does: erase, suppress, release, answer a request for access. Needs a key with <c>users:erase</c>, for lists <c>admin:privacy</c>.</summary>
public interface IPrivacyAdmin
{
    /// <summary>Asks for people; durable when it returns, done once the receipt says so.</summary>
    /// <param name="kind">One of <see cref="PrivacyKind"/>.</param>
    /// <param name="userIds">1 to 5,000 known users.</param>
    /// <param name="reason">1 to 500 characters, without names: it stays.</param>
    /// <param name="ct">Stops waiting, not the request.</param>
    /// <exception cref="AgentValidationException">The request is not valid; each fault names its pointer.</exception>
    ValueTask<PrivacyReceipt> BeginAsync(string kind, IReadOnlyList<string> userIds, string reason, CancellationToken ct = default);

    /// <summary>Requests, newest first; of one person only when <paramref name="userId"/> is named.</summary>
    ValueTask<Page<PrivacyRequest>> RequestsAsync(string? userId = null, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>The receipt of a request; <see langword="null"/> when there is none.</summary>
    ValueTask<PrivacyReceipt?> ReceiptAsync(string id, CancellationToken ct = default);

    /// <summary>How long each store keeps what it has of people.</summary>
    ValueTask<IReadOnlyList<RetentionRow>> RetentionAsync(CancellationToken ct = default);

    /// <summary>Everything held of one person as one JSON file, written while it is read.</summary>
    ValueTask ExportAsync(string userId, Stream into, CancellationToken ct = default);

    /// <summary>Stops marketing to a user and profiling of it at once, or takes that back.</summary>
    ValueTask<ObjectionState> ObjectAsync(string userId, bool withdrawn = false, CancellationToken ct = default);
}
