using System.Text.Json.Nodes;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Oracles;

/// <summary>R8 for somebody who was erased: nothing of the life that ended is stored, nothing late has begun another, and what is new has. Knows nothing of Core's rules.</summary>
internal static class ErasureOracle
{
    // Clocks of silos are off by so much, and an erasure in the middle of things takes a while.
    const long Slack = 15_000;

    public static void Check(World world, int user, LogEntry[] entries)
    {
        var key = World.KeyOf(user);
        if (!world.Books.Erasures.TryGetValue(key, out var erased))
        {
            world.Violate("R8", $"the erasure of {key} is not over hours after everything is well");
            return;
        }

        foreach (var id in world.Tables.Decisions.Keys.Concat(world.Tables.Effects.Keys).Concat(world.Tables.Outbox.Keys).Where(world.Books.Buried.Contains))
        {
            world.Violate("R8", $"{id} of {key} is still stored");
        }

        foreach (var row in world.Tables.Outbox.Values.Where(row => row.Key == key && !world.Tables.Decisions.ContainsKey(row.DecisionId)))
        {
            world.Violate("R8", $"{row.DecisionId} of {key} is in the outbox and belongs to no decision");
        }

        var journal = (world.Tables.Journals.GetValueOrDefault(key) ?? []).SelectMany(Commit.Entries).Where(IsEvent).Select(Serial).ToHashSet();
        foreach (var one in entries.Select(entry => entry.Event).Where(one => journal.Contains(one.Serial) && one.At < erased.At - world.Options.Skew - Slack))
        {
            world.Violate("R8", $"event {one.Serial} of before brought {key} back");
        }

        foreach (var entry in entries.Where(entry => entry.Offset >= erased.End && entry.Event.At > erased.At + world.Options.Skew + Slack))
        {
            if (!journal.Contains(entry.Event.Serial) && !world.Books.DeadLetters.ContainsKey((entry.Partition, entry.Offset)))
            {
                world.Violate("R1", $"event {entry.Event.Serial} of the new life of {key} was lost");
            }

            world.Seen("user came back after an erasure");
        }
    }

    static bool IsEvent(JsonObject entry) => (string?)entry["kind"] == "event" && entry["value"] is not null;

    static int Serial(JsonObject entry) => (int)(double)entry["value"]!;
}
