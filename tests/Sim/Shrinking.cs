namespace Aampe.Agents.Sim;

/// <summary>Takes faults, users and events away as long as the same promise stays broken.</summary>
internal static class Shrinking
{
    /// <summary>The smallest options found under which a seed still fails, in words.</summary>
    public static string Of(ulong seed, Design design, Mutant mutant, string failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var promise = failure.Split(':')[0];
        var options = Simulation.OptionsOf(seed);
        for (var again = true; again;)
        {
            again = false;
            foreach (var (_, without) in Options.Reductions)
            {
                var fewer = without(options);
                if (fewer != options && Simulation.Run(seed, design, mutant, _ => fewer).Failure?.Split(':')[0] == promise)
                {
                    options = fewer;
                    again = true;
                }
            }
        }

        return $"  smallest: {options}";
    }
}
