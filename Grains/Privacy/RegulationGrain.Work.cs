using System.Text.Json.Nodes;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Grains.Interfaces.Privacy;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Grains.Privacy;

/// <content>The steps.</content>
public sealed partial class RegulationGrain
{
    // People of a step: few enough that a crash repeats little, enough to share what all silos must be told.
    const int Some = 50;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    // Nothing more is taken from anybody of the request, on any silo, before anything else is done.
    async Task MarkAllAsync(RegulationState open)
    {
        await MarkAsync([.. open.People.Select(person => person.Hash)], (_, mark) => Begun(open, mark));
        open.Stage = RegulationState.Agents;
    }

    static PersonMark Begun(RegulationState open, PersonMark mark) => mark with
    {
        Suppressed = open.Kind == "unsuppress" ? false : mark.Suppressed || open.Suppresses,
        Erasing = mark.Erasing || open.Erases,
    };

    async Task EraseSomeAsync(RegulationState open)
    {
        var people = open.People.Where(person => !person.Done).Take(Some).ToList();
        if (people.Count == 0)
        {
            open.Stage = RegulationState.StoreByStore;
            return;
        }

        await InventoryAsync(open, people);
        // What is gone cannot be counted any more: it is durable before anything goes.
        await SaveAsync();
        foreach (var person in people)
        {
            foreach (var life in person.Lives.Where(life => life.ErasedAt == 0))
            {
                Count(open, person, await AgentOf(life.Agent).EraseAsync());
            }
        }

        await EndAsync(open, people);
        people.ForEach(person => person.Done = true);
    }

    async Task InventoryAsync(RegulationState open, List<RegulatedPerson> people)
    {
        foreach (var person in people.Where(person => person.Lives.Count == 0))
        {
            var held = await AgentOf(person.Agent).InventoryAsync();
            person.Known = held.Exists;
            person.Lives.AddRange(held.Lives.Prepend(person.Agent).Select(agent => new RegulatedLife { Agent = agent, Hash = marks.HashOf(KeyOf(agent)) }));
            person.LifeCount = person.Lives.Count;
        }

        // Anonymous lives that joined one of them go with it.
        var joined = people.SelectMany(person => person.Lives.Skip(1).Select(life => (life.Hash, Of: person.Hash))).DistinctBy(pair => pair.Hash).ToDictionary(pair => pair.Hash, pair => pair.Of, StringComparer.Ordinal);
        if (joined.Count > 0)
        {
            await MarkAsync(joined.Keys, (hash, mark) => Begun(open, mark) with { Of = joined[hash] });
        }

        await AppliedAsync(people);
        foreach (var person in people)
        {
            foreach (var life in person.Lives.Where(life => !life.Counted))
            {
                var held = await AgentOf(life.Agent).InventoryAsync();
                (life.PanelRank, life.Seen, life.Counted) = (held.PanelRank, held.Seen, true);
                person.OnTheWire += held.OnTheWire;
                person.Cancelled += held.Waiting;
                // What joined the known life is counted there.
                if (life == person.Lives[0])
                {
                    person.Contributions = JsonNode.Parse(held.Contributions)!.AsArray();
                }
            }
        }
    }

    // What is in the log by now passes the agents, who refuse it and learn its ids: clients may send the same again. Where the log is far behind, it is not waited for.
    async Task AppliedAsync(List<RegulatedPerson> people)
    {
        var partitions = people.SelectMany(person => person.Lives).Select(life => eventLog.PartitionOf(Tenant, life.Agent)).Distinct();
        try
        {
            await Task.WhenAll(partitions.Select(partition => grains.GetGrain<IPartitionKeeper>(partition).AppliedAsync().AsTask())).WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            RegulationLog.Behind(log, Id);
        }
    }

    static void Count(RegulationState open, RegulatedPerson person, ErasedAgent gone)
    {
        person.Interrupted |= person.Known && gone.Agents == 0 && person.Rows.Count == 0;
        foreach (var (table, rows) in ((string, long)[])[("records", gone.Agents), ("journal", gone.Journal), ("decisions", gone.Decisions), ("effects", gone.Effects), ("outbox", gone.Outbox)])
        {
            Add(Receipt(open, $"{AgentRows}:{table}"), person, rows);
        }
    }

    static void Add(StoreReceipt store, RegulatedPerson person, long rows)
    {
        store.RowsRemoved += rows;
        person.Rows[store.Name] = person.Rows.GetValueOrDefault(store.Name) + rows;
    }

    static StoreReceipt Receipt(RegulationState open, string name)
    {
        if (open.Stores.Find(store => store.Name == name) is { } known)
        {
            return known;
        }

        var made = new StoreReceipt { Name = name };
        open.Stores.Add(made);
        return made;
    }

    // From here on the id may live anew: what was in the log by now is of the life that has ended.
    async Task EndAsync(RegulationState open, List<RegulatedPerson> people)
    {
        var lives = people.SelectMany(person => person.Lives).Where(life => life.ErasedAt == 0).ToList();
        var at = clock.Now;
        foreach (var life in lives)
        {
            life.LogEnd = await eventLog.EndAsync(eventLog.PartitionOf(Tenant, life.Agent), CancellationToken.None);
        }

        var byHash = lives.DistinctBy(life => life.Hash).ToDictionary(life => life.Hash, StringComparer.Ordinal);
        await MarkAsync(byHash.Keys, (hash, mark) =>
        {
            var life = byHash[hash];
            return mark.Erased(at, PersonName.Life(open.Salt, hash), [new LogEnd(eventLog.Epoch, eventLog.PartitionOf(Tenant, life.Agent), life.LogEnd)], life.Seen);
        });
        foreach (var life in lives)
        {
            (life.ErasedAt, life.Seen) = (at.UnixMilliseconds, []);
        }
    }

    // Suppressed people's agents give up what waits; released ones are woken again.
    async Task SettleSomeAsync(RegulationState open)
    {
        var people = open.People.Where(person => !person.Done).Take(Some).ToList();
        foreach (var person in people)
        {
            var held = await AgentOf(person.Agent).InventoryAsync();
            (person.Known, person.LifeCount, person.Cancelled) = (held.Exists, 1 + held.Lives.Length, open.Suppresses ? held.Waiting : 0);
            var lives = open.Suppresses ? [.. held.Lives.Select(agent => marks.HashOf(KeyOf(agent)))] : await Register.LivesOfAsync(person.Hash);
            if (lives.Length > 0)
            {
                await MarkAsync(lives, (_, mark) => Begun(open, mark) with { Of = person.Hash });
            }

            await (open.Suppresses ? AgentOf(person.Agent).SilenceAsync(clock.Now) : AgentOf(person.Agent).ReconsiderAsync(clock.Now));
            person.Done = true;
        }

        if (people.Count == 0)
        {
            Finish(open);
        }
    }

    async Task StoreAsync(RegulationState open)
    {
        foreach (var store in stores)
        {
            var receipt = Receipt(open, store.Name);
            if (receipt.FinishedAt is not null)
            {
                continue;
            }

            var owners = open.People.SelectMany(person => person.Lives.Select(life => (Key: KeyOf(life.Agent), person))).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.person);
            var lives = open.People.SelectMany(person => person.Lives).DistinctBy(life => life.Agent).Select(life => new ErasedLife(KeyOf(life.Agent), new Instant(life.ErasedAt), life.LogEnd)).ToList();
            var part = await store.EraseAsync(lives, receipt.Position, CancellationToken.None);
            foreach (var (agent, rows) in part.Rows)
            {
                Add(receipt, owners[agent], rows);
            }

            (receipt.Position, receipt.Remains) = (part.Position, store.Remains);
            receipt.FinishedAt = part.Position is null ? clock.Now.UnixMilliseconds : null;
            return;
        }

        var now = clock.Now.UnixMilliseconds;
        open.Stores.ForEach(store => store.FinishedAt ??= now);
        open.Stage = RegulationState.CohortByCohort;
    }

    // One program a step, by the records alone: a fold has nothing of who is not among them.
    async Task CohortAsync(RegulationState open)
    {
        var ranks = open.People.SelectMany(person => person.Lives).Select(life => life.PanelRank).ToArray();
        if (open.People.Exists(person => person.Known) && rules.Programs.FirstOrDefault(program => open.Cohorts.TrueForAll(done => done.ProgramId != program.Id)) is { } next)
        {
            await Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(partition => grains.GetGrain<IPartitionKeeper>(partition).CheckpointAsync().AsTask()));
            var made = await grains.GetGrain<ICohort>(CohortKey.Of(Tenant, next.Id)).RebuildAsync(ranks);
            open.Cohorts.Add(new CohortReceipt(
                next.Id, made.Rebuilt, made.AsOf == Instant.Earliest ? "" : made.AsOf.ToString(), made.VersionBefore, made.VersionAfter, made.HashBefore, made.HashAfter, Table(made.Before), Table(made.After)));
            return;
        }

        if (clock.Simulated)
        {
            // Nobody asks for folds by the second there.
            await rules.RefreshCohortsAsync(CancellationToken.None);
        }

        Finish(open);
    }

    static JsonNode? Table(byte[] numbers) => numbers.Length == 0 ? null : JsonNode.Parse(numbers);
}
