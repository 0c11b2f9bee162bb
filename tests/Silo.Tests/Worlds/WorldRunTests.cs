using Aampe.Agents.Worlds;
using Aampe.Agents.WorldsApp;

namespace Aampe.Agents.Silo.Tests.Worlds;

/// <summary>A world against a real silo in a process of its own: what goes in is known, and what comes out is recorded.</summary>
[Trait("layer", "long")]
public class WorldRunTests
{
    [Fact]
    public async Task Agents_know_every_event_and_record_the_probability_of_every_choice()
    {
        var world = SmallWorld.Shop with { Users = 150, HorizonDays = 6 };
        var plan = new WorldPlan(world, 3) { Silo = Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Silo.dll"), ReadBack = 100 };
        var lived = new List<int>();

        var result = await WorldPlay.RunAsync(plan, new Population(world, plan.Seed), lived.Add, CancellationToken.None);

        Assert.Equal([0, 1, 2, 3, 4, 5], lived);
        Assert.Equal(result.Posted, result.Known);
        Assert.True(result.Posted > 150 * 28 * 0.2, $"{result.Posted} events");
        Assert.Equal((0, 0, 0), (result.DeadLetters, result.Duplicates, result.Refused));
        // One decision a day of everybody, the control group's too; what was handed over is what agents count.
        Assert.Equal(150 * 6, result.Decisions);
        Assert.Equal(result.Handed, result.Sends);
        Assert.InRange(result.Control.Count(control => control), 5, 30);
        Assert.Equal(600, result.Propensities.Count + result.Undrawn);
        Assert.All(result.Propensities, probability => Assert.InRange(probability, 1e-9, 1));
        Assert.True(result.Propensities.Count > 400);
        // Three random days send to four in five, so that messages did go out.
        Assert.InRange(result.Handed, result.Treated * 3 * 0.7, result.Treated * 6);
    }
}
