using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>
/// A real user whose last weeks are lived again, with the program beside them: its traits, zone, addresses and consent as they are now, its events at the
/// moments at which they came. What it did it does again, whatever it is sent.
/// </summary>
/// <param name="known">What its agent knows.</param>
/// <param name="workspaceZone">Zone of users who never stated one.</param>
/// <param name="seed">Seed of the plan.</param>
internal sealed class PastUser(AgentState known, string workspaceZone, long seed) : ISimulatedUser
{
    public Random Luck { get; } = new SeededRandom(string.Create(CultureInfo.InvariantCulture, $"simulation/{seed}/past/{known.Agent}"));

    public string Agent => known.Agent;

    public string Zone => known.Zone?.Id ?? workspaceZone;

    public AgentState Known(AgentState born) => born with { Attributes = known.Attributes, Zone = known.Zone, Addresses = known.Addresses, FirstSeen = known.FirstSeen, WithdrawnAt = known.WithdrawnAt };

    public IncomingEvent? Identity(Instant at) => null;

    // As it stands now: what was said last week counts from the beginning.
    public IEnumerable<ConsentEntry> Consents(Instant at, IEnumerable<string> channels) => known.Consents.Select(entry => entry with { At = Instant.Min(entry.At, at) });

    public List<IncomingEvent> Day(Instant from, ImmutableArray<(Instant At, Message Message)> sends)
    {
        var events = new List<IncomingEvent>();
        foreach (ref readonly var e in known.History.Between(from, from + TimeSpan.FromDays(1)))
        {
            events.Add(ISimulatedUser.Track(e.Type, e.At, e.Value));
        }

        return events;
    }
}
