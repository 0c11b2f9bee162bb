using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Oracles;

/// <summary>What must hold when the world has been well for some hours: nothing is left over, and the books balance.</summary>
internal static class EndOracle
{
    const long Hour = 3_600_000;

    public static void Check(World world)
    {
        Leftovers(world);
        LimitsOracle.Check(world);
        Contacts(world);
        var entries = world.Log.All.ToLookup(entry => entry.Event.User);
        for (var user = 0; user < world.Options.Users; user++)
        {
            var key = World.KeyOf(user);
            if (world.Books.Ended.Contains(key))
            {
                ErasureOracle.Check(world, user, [.. entries[user]]);
                continue;
            }

            var row = world.Tables.Rows.GetValueOrDefault(key);
            var journal = (world.Tables.Journals.GetValueOrDefault(key) ?? []).SelectMany(Commit.Entries).ToList();
            var state = row is null ? null : AgentStateCodec.Unpack(row.Record);
            History(world, key, [.. entries[user]], journal, state);
            if (state is not null)
            {
                Journal(world, key, journal, state);
                Evidence(world, key, state);
                Consents(world, user, state);
            }
        }

        foreach (var serial in world.Books.Acked)
        {
            if (!world.Log.All.Any(entry => entry.Event.Serial == serial))
            {
                world.Violate("R1", $"event {serial} was acknowledged and is not in the log");
            }
        }
    }

    static void Leftovers(World world)
    {
        for (var partition = 0; partition < world.Options.Partitions; partition++)
        {
            if (world.Log.Cursor(partition) != world.Log.End(partition))
            {
                world.Violate("R12", $"partition {partition} stands at {world.Log.Cursor(partition)} of {world.Log.End(partition)}");
            }
        }

        foreach (var row in world.Tables.Outbox.Values.Where(row => row.Due < world.Clock.Now - Hour))
        {
            world.Violate("liveness", $"{row.DecisionId} of {row.Key} is still in the outbox, due {world.Clock.Now - row.Due} ms ago");
        }

        foreach (var key in world.Tables.Rows.Where(pair => pair.Value.Due is null && world.Books.KnownSince.ContainsKey(pair.Key) && !world.Books.Ended.Contains(pair.Key)).Select(pair => pair.Key))
        {
            world.Violate("R11", $"{key} is in no index of who is due: nobody will wake it");
        }

        foreach (var (key, row) in world.Tables.Rows.Where(pair => pair.Value.Due < world.Clock.Now - Hour))
        {
            world.Violate("R11", $"{key} was due {world.Clock.Now - row.Due} ms ago and nobody woke it");
        }
    }

    // One evaluation a local day at most, whatever was missed; and never a long silence while somebody was there to wake the agent.
    static void Contacts(World world)
    {
        foreach (var ofUser in world.Books.Contacts.Where(one => !world.Books.Ended.Contains(one.Key)).GroupBy(one => one.Key))
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(world.Scenario.Zones[World.UserOf(ofUser.Key)]);
            long? before = null;
            foreach (var (key, at) in ofUser.OrderBy(one => one.At))
            {
                var (day, local) = (LocalDay(before ?? 0, zone), LocalDay(at, zone));
                if (before is { } last && day == local)
                {
                    world.Violate("R11", $"{key} was evaluated twice on {local:O}");
                }

                if (before is { } silent && at - silent > (60 * Hour) + world.Books.Down)
                {
                    world.Violate("R11", $"{key} was not evaluated for {(at - silent) / Hour} h");
                }

                if (zone.IsInvalidTime(local.ToDateTime(new TimeOnly(2, 15))))
                {
                    world.Seen("DST gap on the day of a contact");
                }

                before = at;
            }

            if (world.Clock.Now - before > (60 * Hour) + world.Books.Down)
            {
                world.Violate("R11", $"{ofUser.Key} has not been evaluated for {(world.Clock.Now - before) / Hour} h");
            }
        }
    }

    static DateOnly LocalDay(long at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone).DateTime);

    static void History(World world, string key, LogEntry[] entries, List<JsonObject> journal, AgentState? state)
    {
        var applied = journal.Where(entry => (string?)entry["kind"] == "event").GroupBy(entry => (int)(double)entry["value"]!).ToDictionary(group => group.Key, group => group.Count());
        var expected = 0;
        var doubtful = false;
        foreach (var copies in entries.GroupBy(entry => entry.Event.Serial))
        {
            var one = copies.First().Event;
            var aside = copies.Count(entry => world.Books.DeadLetters.ContainsKey((entry.Partition, entry.Offset)));
            var most = one.MessageId is null ? copies.Count() : 1;
            var least = Math.Max(0, most - aside);
            doubtful |= aside > 0;
            expected += most;
            var times = applied.GetValueOrDefault(one.Serial);
            if (times < least)
            {
                world.Violate("R1", $"event {one.Serial} ({one.Source}, {one.MessageId}) of {key} is {times} times in its history, not {least}");
            }

            if (times > most)
            {
                world.Violate("R2", $"event {one.Serial} ({one.Source}, {one.MessageId}) of {key} is {times} times in its history, not {most}");
            }

            if (copies.Count() > 1)
            {
                world.Seen("client sent an event again");
            }
        }

        if (state is null || doubtful)
        {
            return;
        }

        if (state.Counters.Events != expected || state.Counters.Events + state.Counters.Duplicates != entries.Length)
        {
            world.Violate("R20", $"{key} counted {state.Counters.Events} events and {state.Counters.Duplicates} repeats; {entries.Length} came in, {expected} of them new");
        }

        // The reference: what the person did, once each, whatever the order.
        var did = entries.GroupBy(entry => entry.Event.MessageId is null ? entry.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture) : "s" + entry.Event.Serial)
            .Select(group => group.First()).Where(entry => entry.Event.Name.Length > 0)
            .Select(entry => entry.Event.Name).Order(StringComparer.Ordinal);
        if (!did.SequenceEqual(state.History.Events.Select(e => e.Type).Order(StringComparer.Ordinal)))
        {
            world.Violate("R1", $"the events that {key} knows differ from the reference");
        }
    }

    static void Journal(World world, string key, List<JsonObject> journal, AgentState state)
    {
        if (state.JournalLength != journal.Count || journal.Where((entry, i) => (long)entry["seq"]! != i + 1).Any())
        {
            world.Violate("R21", $"the journal of {key} has {journal.Count} entries, its state says {state.JournalLength}");
        }
    }

    // Each effect moved the posteriors once: what they hold is the sum of the receipts.
    static void Evidence(World world, string key, AgentState state)
    {
        var sums = new Dictionary<(string Program, string Set, string Action), double>();
        foreach (var (_, (owner, final)) in world.Tables.Effects.Where(pair => pair.Value.Key == key))
        {
            var receipt = JsonNode.Parse(final.Receipt)!;
            foreach (var credited in receipt["credited"]!.AsArray())
            {
                var place = (final.Program, (string)credited!["set"]!, (string)credited["action"]!);
                sums[place] = sums.GetValueOrDefault(place) + 1;
                world.Seen("effect learnt");
            }
        }

        foreach (var group in state.Evidence.GroupBy(pair => (pair.Key.Program, pair.Key.Set, pair.Key.Action)))
        {
            var held = group.Sum(pair => pair.Value.Successes + pair.Value.Failures);
            if (Math.Abs(held - sums.GetValueOrDefault(group.Key)) > 1e-9)
            {
                world.Violate("R21", $"{key} holds {held} effects of {group.Key}, its receipts {sums.GetValueOrDefault(group.Key)}");
            }
        }

        var made = world.Tables.Decisions.Count(pair => pair.Value.Key == key);
        if (made != state.Ordinal)
        {
            world.Violate("R20", $"{key} numbered {state.Ordinal} decisions, {made} are stored");
        }
    }

    static void Consents(World world, int user, AgentState state)
    {
        foreach (var statement in world.Books.Acknowledgements.Where(one => one.User == user))
        {
            if (!state.Consents.Any(entry => entry.Channel == statement.Channel && entry.At.UnixMilliseconds == statement.At && entry.Status == (statement.Granted ? "granted" : "denied")))
            {
                world.Violate("R7", $"a statement of u:{user} about {statement.Channel} was acknowledged and is not in its record");
            }
        }
    }
}
