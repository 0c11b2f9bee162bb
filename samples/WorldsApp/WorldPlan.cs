using Aampe.Agents.Worlds;

namespace Aampe.Agents.WorldsApp;

/// <summary>How a world is lived through the product.</summary>
/// <param name="World">The world, with the users and days that are to be lived.</param>
/// <param name="Seed">Seed of its population and of the agents.</param>
public sealed record WorldPlan(World World, int Seed)
{
    /// <summary>Path of Aampe.Agents.Silo.dll.</summary>
    public required string Silo { get; init; }

    /// <summary>Posterior of the program: joint, gaussian or beta.</summary>
    public string Posterior { get; init; } = "joint";

    /// <summary>Whether agents explore by what is left to learn; else random days, then the mean.</summary>
    public bool Adaptive { get; init; }

    /// <summary>Random days of a user, where exploration does not adapt.</summary>
    public int RandomDays { get; init; } = 3;

    /// <summary>Share of sampled decisions, where exploration does not adapt.</summary>
    public double SampleShare { get; init; }

    /// <summary>How many of each day's decisions are read back.</summary>
    public int ReadBack { get; init; } = 20;
}
