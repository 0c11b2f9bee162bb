using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>Whose life is simulated: what is known of it, and what it does.</summary>
internal interface ISimulatedUser
{
    /// <summary>Key of its agent: <c>u:</c> and a user id, or <c>a:</c> and an anonymous id.</summary>
    string Agent { get; }

    /// <summary>IANA zone that it is asked about in.</summary>
    string Zone { get; }

    /// <summary>The agent with what is known of the user besides its events.</summary>
    AgentState Known(AgentState born);

    /// <summary>The event that introduces it; null = it was introduced long ago.</summary>
    IncomingEvent? Identity(Instant at);

    /// <summary>What it has said about the channels that a program uses.</summary>
    IEnumerable<ConsentEntry> Consents(Instant at, IEnumerable<string> channels);

    /// <summary>What it does in the 24 hours from a moment, in order of time.</summary>
    /// <param name="from">Start.</param>
    /// <param name="sends">What it was sent before.</param>
    List<IncomingEvent> Day(Instant from, ImmutableArray<(Instant At, Message Message)> sends);

    /// <summary>Its own luck.</summary>
    Random Luck { get; }

    /// <summary>A moment of the day at which a backend asks, between 9 and 20 o'clock of its zone.</summary>
    TimeSpan AskedAt() => TimeSpan.FromSeconds(Math.Floor((9 * 3_600) + (11 * 3_600 * Luck.NextDouble())));

    /// <summary>Something that it does.</summary>
    /// <param name="name">Name of the event.</param>
    /// <param name="at">When.</param>
    /// <param name="value">Amount that the event carries; null = none.</param>
    static IncomingEvent Track(string name, Instant at, double? value) =>
        new(0, IncomingKind.Track, name, "simulation", true, null, at, at, value is { } amount ? JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["properties"] = new JsonObject { ["value"] = amount } }) : "{}"u8.ToArray());
}
