using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Apps and people outside: they send until they are told that it is durable.</summary>
internal sealed class Clients(World world)
{
    const long Day = 86_400_000;
    readonly Life life = Life.Eternal();

    /// <summary>Lets everything of the scenario happen at its time.</summary>
    public void Start()
    {
        foreach (var upload in world.Scenario.Uploads)
        {
            At(upload.At, () => UploadAsync(upload));
        }

        foreach (var ofUser in world.Scenario.Statements.GroupBy(one => one.User))
        {
            // One person states one thing after another.
            world.Run(() => StateAsync([.. ofUser]));
        }

        foreach (var asked in world.Scenario.Asks)
        {
            At(asked.At, () => AskAsync(asked));
        }

        foreach (var switched in world.Scenario.Switches)
        {
            At(switched.At, () => SwitchAsync(switched));
        }

        for (var user = 0; user < world.Options.Users; user++)
        {
            var who = user;
            // sms needs a word; who never takes it back can be reached there.
            if (user % 2 == 0)
            {
                At(world.Options.Start + 600_000, () => StateOneAsync(new Statement(world.Options.Start, who, "sms", true)));
            }
        }
    }

    void At(long at, Func<Task> what) => world.Clock.At(at, life, () => world.Run(what));

    async Task UploadAsync(Upload upload)
    {
        // Clients give up after a few hours, far inside the 24 h in which repeats are known.
        for (var wait = 1_000L; world.Clock.Now < upload.At + (Day / 4); wait = Math.Min(wait * 3, 3_600_000))
        {
            try
            {
                await world.ServedAsync(life, silo => Ingest.TakeAsync(world, silo, upload.Events));
                world.Books.Acknowledged(upload.Events);
                return;
            }
            catch (Fault)
            {
                await world.Clock.Wait(life, wait);
            }
        }
    }

    async Task StateAsync(Statement[] statements)
    {
        foreach (var statement in statements)
        {
            await world.Clock.Wait(life, Math.Max(0, statement.At - world.Clock.Now));
            await StateOneAsync(statement with { At = world.Clock.Now });
        }
    }

    async Task StateOneAsync(Statement statement)
    {
        world.Books.Stating(statement);
        for (var attempt = 0; attempt < 40; attempt++)
        {
            try
            {
                await world.ServedAsync(life, silo => world.Agents.ConsentAsync(silo.Life, silo, World.KeyOf(statement.User), statement));
                world.Books.Stated(statement);
                return;
            }
            catch (Fault)
            {
                await world.Clock.Wait(life, 2_000L << Math.Min(attempt, 10));
            }
        }
    }

    async Task AskAsync(Asked asked)
    {
        try
        {
            if (await world.ServedAsync(life, silo => world.Agents.AskAsync(silo.Life, silo, World.KeyOf(asked.User), asked.Channel)) is { } decision)
            {
                world.Books.Hosted(World.KeyOf(asked.User), decision.Id, decision.Channel, decision.Arm, decision.TreatedAt!.Value.UnixMilliseconds);
            }
        }
        catch (Fault)
        {
            world.Seen("question unanswered");
        }
    }

    async Task SwitchAsync(Switched switched)
    {
        world.Rulebook.Turn(switched.Off);
        var version = world.Rulebook.Version;
        world.Trace.Note("switch", switched.Off ? "off" : "on");
        if (!switched.Off)
        {
            world.Books.SwitchedOn();
            return;
        }

        // Acknowledged when every lease on the version before has run out.
        await world.Clock.Wait(life, 5_001);
        if (world.Rulebook.Version == version)
        {
            world.Books.SwitchedOff();
        }
    }
}
