using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>What became of one event at the door.</summary>
public abstract record ReadEvent
{
    ReadEvent()
    {
    }

    /// <summary>Good; ready for the log.</summary>
    public sealed record Good(LoggedEvent Event) : ReadEvent;

    /// <summary>Bad; a dead letter with its reason.</summary>
    public sealed record Bad(DeadReason Reason, string Detail, string? MessageId) : ReadEvent;
}

/// <summary>Why an event is put aside: the closed list of docs/api.</summary>
public enum DeadReason
{
    MissingUserId,
    MissingEventName,
    UnknownType,
    EventTooLarge,
    BadTimestamp,
    SchemaViolation,
    PropertyDepth,
    SuppressedUser,
    SourceDisabled,
    AliasConflict,
    HandlerFailed,
}

/// <summary>Spelling of reasons.</summary>
public static class DeadReasons
{
    static readonly string[] codes =
    [
        "missing_user_id", "missing_event_name", "unknown_type", "event_too_large", "bad_timestamp", "schema_violation", "property_depth", "suppressed_user",
        "source_disabled", "alias_conflict", "handler_failed",
    ];

    /// <summary>The code of a reason.</summary>
    public static string Code(this DeadReason reason) => codes[(int)reason];
}
