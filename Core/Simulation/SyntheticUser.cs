using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>A made-up user: when it visits, what it is, how it can be reached, what messages do to it. All of it follows from seed and number.</summary>
internal sealed class SyntheticUser : ISimulatedUser
{
    // Zones of many users; one market's app has most of its own.
    static readonly string[] zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland"];

    static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ProgramDefinition program;
    readonly SimulatedWorld world;
    readonly SeededRandom random;
    readonly Dictionary<(string Set, string Action), double> tastes = [];
    readonly double visits, goal, lift;

    public SyntheticUser(ProgramDefinition program, string workspaceZone, SimulationPlan plan, int number)
    {
        (this.program, world) = (program, plan.World);
        Id = $"sim-{number:D5}";
        random = new SeededRandom($"simulation/{plan.Seed}/{plan.World}/{number}");
        Zone = random.NextDouble() < 0.6 ? workspaceZone : zones[random.Next(zones.Length)];
        visits = Math.Exp(Math.Log(0.35) + 0.8 * Draw.Normal(random));
        goal = 0.05 + 0.25 * random.NextDouble();
        lift = plan.World switch { SimulatedWorld.Usual => 0.3, SimulatedWorld.Pessimistic => 0.06, _ => 0 } * Math.Exp(0.4 * Draw.Normal(random));
        // What everybody likes follows from the seed alone; on top of it each user has own tastes.
        var common = new SeededRandom($"simulation/{plan.Seed}/tastes");
        foreach (var set in program.Sets)
        {
            foreach (var action in set.Actions)
            {
                tastes[(set.Id, action.Id)] = 0.35 * Draw.Normal(common) + 0.35 * Draw.Normal(random);
            }
        }
    }

    public string Id { get; }

    public string Agent => "u:" + Id;

    public string Zone { get; }

    /// <summary>Who it is: traits that messages ask for, ways to reach it.</summary>
    public IncomingEvent? Identity(Instant at)
    {
        var traits = new JsonObject();
        foreach (var condition in program.Messages.SelectMany(message => message.Eligibility).GroupBy(one => one.Attribute, StringComparer.Ordinal))
        {
            // Each value that a rule names is as likely as having none of them.
            string[] values = [.. condition.SelectMany(one => one.AnyOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            var pick = random.Next(values.Length + 1);
            if (values.Length == 0 ? pick == 0 && random.NextDouble() < 0.8 : pick < values.Length)
            {
                traits[condition.Key] = values.Length == 0 ? "yes" : values[pick];
            }
        }

        if (Reachable())
        {
            traits["email"] = Id + "@example.invalid";
        }

        if (Reachable())
        {
            traits["phone"] = "+4915100000";
        }

        var context = new JsonObject { ["timezone"] = Zone };
        if (Reachable())
        {
            context["device"] = new JsonObject { ["token"] = Id };
        }

        return new IncomingEvent(0, IncomingKind.Identify, "", "simulation", true, null, at, at, Bytes(new JsonObject { ["traits"] = traits, ["context"] = context }));
    }

    public AgentState Known(AgentState born) => born;

    public IEnumerable<ConsentEntry> Consents(Instant at, IEnumerable<string> channels) =>
        channels.Select(channel => new ConsentEntry(channel, "marketing", Agrees() ? "granted" : "denied", at, "simulation", ""));

    bool Agrees() => world != SimulatedWorld.Pessimistic || random.NextDouble() < 0.67;

    public List<IncomingEvent> Day(Instant from, ImmutableArray<(Instant At, Message Message)> sends)
    {
        var expected = visits;
        var load = 0.0;
        foreach (var (at, message) in sends)
        {
            var age = (from - at).TotalDays;
            if (age is >= 0 and < 2)
            {
                // A message works for two days, the less the more came before it.
                expected += Math.Max(0, lift * (1 + program.Sets.Sum(set => tastes.GetValueOrDefault((set.Id, Findings.ContentMap.ActionOf(set, message))))) * Math.Pow(world == SimulatedWorld.Pessimistic ? 0.5 : 0.85, load));
            }

            load = age is >= 0 and < 7 ? load + 1 : load;
        }

        var events = new List<IncomingEvent>();
        for (var count = Poisson(Math.Min(expected, 20)); count > 0; count--)
        {
            var at = from + TimeSpan.FromSeconds(Math.Floor(86_400 * random.NextDouble()));
            events.Add(ISimulatedUser.Track(program.Trigger.Length > 0 && random.NextDouble() < 0.4 ? program.Trigger : "App Opened", at, null));
            if (program.Goal.IntentEvents.Count > 0 && random.NextDouble() < 0.5)
            {
                events.Add(ISimulatedUser.Track(program.Goal.IntentEvents.Order(StringComparer.Ordinal).First(), at + TimeSpan.FromSeconds(30), null));
            }

            if (random.NextDouble() < goal)
            {
                events.Add(ISimulatedUser.Track(program.Goal.Events.Order(StringComparer.Ordinal).First(), at + TimeSpan.FromMinutes(2), Math.Round(20 * Math.Exp(0.6 * Draw.Normal(random)), 2)));
            }
        }

        events.Sort((a, b) => a.OccurredAt.CompareTo(b.OccurredAt));
        return events;
    }

    public Random Luck => random;

    bool Reachable() => world != SimulatedWorld.Pessimistic || random.NextDouble() < 0.67;

    static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, plain);

    int Poisson(double mean)
    {
        var (count, product, limit) = (0, random.NextDouble(), Math.Exp(-mean));
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }

        return count;
    }
}
