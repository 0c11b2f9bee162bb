using Aampe.Agents.Sim.Engine;
using Aampe.Agents.Sim.Oracles;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim;

/// <summary>What a run came to.</summary>
/// <param name="Failure">The first broken promise; null = none.</param>
/// <param name="Hash">Hash of everything that happened.</param>
/// <param name="Steps">Things that happened.</param>
/// <param name="Sometimes">How often interesting states were reached.</param>
internal sealed record Outcome(string? Failure, ulong Hash, long Steps, IReadOnlyDictionary<string, long> Sometimes);

/// <summary>One seed, one history.</summary>
internal static class Simulation
{
    const long Hour = 3_600_000;

    /// <summary>Runs a seed.</summary>
    public static Outcome Run(ulong seed, Design design, Mutant mutant = Mutant.None, Func<Options, Options>? reduce = null, TextWriter? lines = null)
    {
        var options = OptionsOf(seed);
        options = reduce?.Invoke(options) ?? options;
        return Run(options, Scenario.Draw(new Dice(seed), options), design, mutant, seed, lines);
    }

    /// <summary>What a seed draws.</summary>
    /// <remarks>One seed in sixteen is about midnight: what only happens there is too rare elsewhere.</remarks>
    public static Options OptionsOf(ulong seed)
    {
        var options = Options.Draw(new Dice(seed * 0x9E3779B97F4A7C15));
        return seed % 16 == 9 ? options.AtMidnight() : options;
    }

    static Outcome Run(Options options, Scenario scenario, Design design, Mutant mutant, ulong seed, TextWriter? lines)
    {
        // Continuations must run where they are woken: on this thread, in this order.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var world = new World(options, scenario, design, mutant, seed, lines);
            world.Cluster.Start();
            new Clients(world).Start();
            new Eraser(world).Start();
            var heal = options.Start + (options.Days * 24 * Hour);
            RunUntil(world, heal);
            if (world.Failure is null)
            {
                world.Cluster.Heal();
                RunUntil(world, heal + (10 * Hour));
                // The last minutes' work must reach the rows as well.
                for (var more = 0; more < 24 && world.Failure is null && !world.IsSettled; more++)
                {
                    RunUntil(world, world.Clock.Now + 300_000);
                }
            }

            if (world.Failure is null)
            {
                EndOracle.Check(world);
            }

            return new Outcome(world.Failure, world.Trace.Hash, world.Clock.Steps, world.Sometimes);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    static void RunUntil(World world, long until)
    {
        while (world.Failure is null && world.Clock.Step(until))
        {
        }
    }
}
