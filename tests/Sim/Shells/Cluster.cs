using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>The silos, who sees whom, and what befalls them.</summary>
internal sealed class Cluster
{
    readonly World world;
    readonly Life chaos = Life.Eternal();
    readonly HashSet<int> alone = [];
    readonly bool[] believedAlive;

    public Cluster(World world)
    {
        this.world = world;
        Silos = [.. Enumerable.Range(0, world.Options.Silos).Select(id => new Silo(world, id))];
        believedAlive = new bool[Silos.Length];
    }

    public Silo[] Silos { get; }

    /// <summary>Whether two silos cannot reach each other; clients (-1) reach everybody.</summary>
    public bool AreApart(int a, int b) => a >= 0 && b >= 0 && a != b && (alone.Contains(a) || alone.Contains(b));

    /// <summary>Starts all, and draws when what will befall them.</summary>
    public void Start()
    {
        foreach (var silo in Silos)
        {
            silo.Start();
            believedAlive[silo.Id] = true;
        }

        Spread();
        var options = world.Options;
        for (var i = Math.Floor(options.DeathsPerDay * options.Days); i > 0; i--)
        {
            Befall(() => Kill(world.Dice.Pick(Silos), world.Dice.Between(1_000, 1_800_000)));
        }

        for (var i = Math.Floor(options.SplitsPerDay * options.Days); i > 0; i--)
        {
            Befall(() => Isolate(world.Dice.Below(Silos.Length), world.Dice.Between(10_000, 10_000_000)));
        }

        if (options.DowntimeHours > 0)
        {
            Befall(() =>
            {
                world.Seen("all silos down for hours");
                world.Books.DownFor((long)(options.DowntimeHours * 3_600_000));
                foreach (var silo in Silos)
                {
                    Kill(silo, (long)(options.DowntimeHours * 3_600_000) + world.Dice.Between(0, 60_000));
                }
            });
        }
    }

    /// <summary>Heals everything.</summary>
    public void Heal()
    {
        world.Calm = true;
        alone.Clear();
        foreach (var silo in Silos)
        {
            silo.SetClock();
            if (!silo.Alive)
            {
                silo.Start();
            }

            believedAlive[silo.Id] = true;
        }

        Spread();
    }

    /// <summary>Death between a write and the writer's hearing of it.</summary>
    public async Task MayDieAsync(Silo silo, Fate fate)
    {
        if (fate.Dies)
        {
            world.Seen("died between a write and its answer");
            Kill(silo, world.Dice.Between(1_000, 600_000));
            await world.Clock.Wait(silo.Life, 0);
        }
    }

    void Befall(Action what) => world.Clock.At(world.Options.Start + (long)(world.Dice.Unit() * world.Options.Days * 86_400_000), chaos, () =>
    {
        if (!world.Calm)
        {
            what();
        }
    });

    void Kill(Silo silo, long downFor)
    {
        if (silo.Alive)
        {
            silo.Die();
            world.Clock.At(world.Clock.Now + world.Dice.Between(10_000, 40_000), chaos, () =>
            {
                believedAlive[silo.Id] = silo.Alive;
                Spread();
            });
        }

        world.Clock.At(world.Clock.Now + downFor, chaos, () =>
        {
            if (!silo.Alive)
            {
                silo.Start();
                believedAlive[silo.Id] = true;
                world.Clock.At(world.Clock.Now + world.Dice.Between(1_000, 5_000), chaos, Spread);
            }
        });
    }

    void Isolate(int silo, long length)
    {
        if (!alone.Add(silo))
        {
            return;
        }

        world.Seen("cluster split");
        world.Trace.Note("split", $"silo{silo}", length);
        world.Clock.At(world.Clock.Now + world.Dice.Between(10_000, 40_000), chaos, Spread);
        world.Clock.At(world.Clock.Now + length, chaos, () =>
        {
            alone.Remove(silo);
            world.Clock.At(world.Clock.Now + world.Dice.Between(1_000, 10_000), chaos, Spread);
        });
    }

    // Who sees whom now, told to each that is there.
    void Spread()
    {
        foreach (var silo in Silos.Where(silo => silo.Alive))
        {
            silo.Believe([.. Silos.Where(other => other == silo || (believedAlive[other.Id] && !AreApart(silo.Id, other.Id))).Select(other => other.Id)]);
        }
    }
}
