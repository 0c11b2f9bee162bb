using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>What is asked for people.</summary>
public static class PrivacyKind
{
    /// <summary>Erase; who comes back begins anew.</summary>
    public const string Delete = "delete";

    /// <summary>Take no event of them and decide nothing for them.</summary>
    public const string Suppress = "suppress";

    /// <summary>Undo a suppression.</summary>
    public const string Unsuppress = "unsuppress";

    /// <summary>Both.</summary>
    public const string SuppressAndDelete = "suppress_and_delete";
}

/// <summary>A request about people: what was asked and how far it is.</summary>
public sealed record PrivacyRequest
{
    public required string Id { get; init; }

    /// <summary>One of <see cref="PrivacyKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>pending, running, failing (its last step failed and is repeated) or done.</summary>
    public required string Status { get; init; }

    public string Reason { get; init; } = "";

    public string RequestedBy { get; init; } = "";

    public DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>From the request to its end, or to now; ≥ 0.</summary>
    public double AgeSeconds { get; init; }

    public int People { get; init; }

    public int PeopleDone { get; init; }

    public long RowsRemoved { get; init; }

    /// <summary>Measured effects, and days of the joint model, that cohorts no longer have.</summary>
    public double PosteriorContributionsSubtracted { get; init; }

    /// <summary>What the last step failed with; <see langword="null"/> when it did not.</summary>
    public string? Fault { get; init; }
}

/// <summary>The receipt of a request.</summary>
public sealed record PrivacyReceipt
{
    public required PrivacyRequest Request { get; init; }

    public IReadOnlyList<PrivacyStore> Stores { get; init; } = [];

    public IReadOnlyList<PrivacyPerson> Users { get; init; } = [];

    public IReadOnlyList<PrivacyCohort> Cohorts { get; init; } = [];

    /// <summary>"sha256:" over the receipt's canonical JSON without this field; <see langword="null"/> until it is done.</summary>
    public string? Hash { get; init; }
}

/// <summary>One store in a receipt.</summary>
/// <param name="Store">Name.</param>
/// <param name="RowsRemoved">Rows taken out.</param>
/// <param name="Pending">Whether there is more to do in it.</param>
/// <param name="FinishedAt">When it was done.</param>
/// <param name="Remains">What could not be taken out and when it goes; <see langword="null"/> = nothing remains.</param>
public sealed record PrivacyStore(string Store, long RowsRemoved, bool Pending, DateTimeOffset? FinishedAt, string? Remains);

/// <summary>One person in a receipt: a place in the request and a keyed hash, never an id.</summary>
public sealed record PrivacyPerson
{
    /// <summary>Place in the request, from 0.</summary>
    public int Index { get; init; }

    public required string Hash { get; init; }

    public bool Done { get; init; }

    /// <summary>Whether there was an agent.</summary>
    public bool Known { get; init; }

    /// <summary>Agents that were one person: the known one and anonymous ones that had joined it.</summary>
    public int Lives { get; init; }

    /// <summary>Rows by store.</summary>
    public IReadOnlyDictionary<string, long> RowsRemoved { get; init; } = new Dictionary<string, long>();

    /// <summary>Messages that waited and never go out.</summary>
    public int CancelledDeliveries { get; init; }

    /// <summary>Messages whose channel was being called: they may have arrived.</summary>
    public int DeliveriesOnTheWire { get; init; }

    /// <summary>Whether a crash cut a step: rows that it had removed are not in the counts.</summary>
    public bool Interrupted { get; init; }
}

/// <summary>The cohort of one program before and after.</summary>
public sealed record PrivacyCohort
{
    public required string ProgramId { get; init; }

    /// <summary>False: it was not folded anew, since there was no fold or none of the people was in its panel.</summary>
    public bool Rebuilt { get; init; }

    /// <summary>Moment of both folds; empty before the first.</summary>
    public string AsOf { get; init; } = "";

    public long VersionBefore { get; init; }

    public long VersionAfter { get; init; }

    public string HashBefore { get; init; } = "";

    public string HashAfter { get; init; } = "";

    /// <summary>users, priors[], weights[], population.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>The same, without the people.</summary>
    public JsonElement? After { get; init; }
}

/// <summary>How long one store keeps what it has of people.</summary>
/// <param name="Store">Name, as receipts have it.</param>
/// <param name="Holds">What is in it.</param>
/// <param name="Days">Days; <see langword="null"/> = no age takes it away.</param>
/// <param name="Setting">Setting that says so; <see langword="null"/> = fixed.</param>
/// <param name="Until">What takes it away beside age.</param>
/// <param name="Erased">Whether an erasure reaches it.</param>
public sealed record RetentionRow(string Store, string Holds, double? Days, string? Setting, string Until, bool Erased);

/// <summary>Whether a person objects to marketing and profiling.</summary>
public sealed record ObjectionState(string UserId, bool Objects, DateTimeOffset At);
