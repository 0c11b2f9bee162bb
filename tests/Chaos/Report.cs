using System.Text.Json;

namespace Aampe.Agents.Chaos;

/// <summary>What a run found; as JSON one line.</summary>
public sealed record Report
{
    static readonly JsonSerializerOptions wire = new(JsonSerializerDefaults.Web);

    /// <summary>Id of the fault.</summary>
    public required string Fault { get; init; }

    /// <summary>Seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Silos.</summary>
    public required int Silos { get; init; }

    /// <summary>Ledger or Row.</summary>
    public required string Commit { get; init; }

    /// <summary>postgres or kafka: where the events' log is.</summary>
    public required string Log { get; init; }

    /// <summary>Events of the run.</summary>
    public required int Events { get; init; }

    /// <summary>Users.</summary>
    public required int Users { get; init; }

    /// <summary>Events that were told 200.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Acknowledged events that no agent has.</summary>
    public required long Lost { get; init; }

    /// <summary>Events that an agent has twice.</summary>
    public required long Doubled { get; init; }

    /// <summary>Dead letters.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>Messages that the receiver has, each decision once.</summary>
    public required int Deliveries { get; init; }

    /// <summary>Calls that repeated a message with other bytes: a second effect even at a receiver that knows ids.</summary>
    public required int SecondDeliveries { get; init; }

    /// <summary>Calls that repeated a message with the same bytes: its answer had been lost.</summary>
    public required int RepeatedCalls { get; init; }

    /// <summary>Questions of the app, each under a key of its own.</summary>
    public required int Asked { get; init; }

    /// <summary>Keys that were given two decisions.</summary>
    public required int ChangedAnswers { get; init; }

    /// <summary>Times that the fault was made.</summary>
    public required int Kills { get; init; }

    /// <summary>From the first event to the last check, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>Longest time from a fault to answers for every partition, s.</summary>
    public required double SecondsToServeAfterKill { get; init; }

    /// <summary>The slowest answer, s.</summary>
    public required double SlowestAnswer { get; init; }

    /// <summary>Answers by status; "connection" and "timeout" where there was none.</summary>
    public required IReadOnlyDictionary<string, int> Outcomes { get; init; }

    /// <summary>Figures of this fault alone.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>What is wrong; empty = the books balance.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Folder of the silos' logs, when something is wrong.</summary>
    public string? Logs { get; init; }

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, wire);
}
