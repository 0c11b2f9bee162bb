using System.Collections.Immutable;
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

    /// <summary>A moment of the day at which a backend asks, between 9 and 20 o'clock of its zone.</summary>
    TimeSpan AskedAt();
}
