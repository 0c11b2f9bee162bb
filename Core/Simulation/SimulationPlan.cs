namespace Aampe.Agents.Core.Simulation;

/// <summary>What is simulated. The same plan of the same program gives the same numbers.</summary>
/// <param name="Users">Made-up users, or real ones of the past (then at most as many as the panel has); <see cref="FewestUsers"/> to <see cref="MostUsers"/>.</param>
/// <param name="Days">Days; <see cref="FewestDays"/> to <see cref="MostDays"/>.</param>
/// <param name="Seed">Any number.</param>
/// <param name="World">How users answer.</param>
public sealed record SimulationPlan(int Users, int Days, long Seed, SimulatedWorld World)
{
    /// <summary>Fewest users.</summary>
    public const int FewestUsers = 50;

    /// <summary>Most users.</summary>
    public const int MostUsers = 2_000;

    /// <summary>Fewest days: a week, as caps count.</summary>
    public const int FewestDays = 7;

    /// <summary>Most days.</summary>
    public const int MostDays = 42;

    /// <summary>Most days of the past: agents remember 42 days, and 28 of them are the habits before.</summary>
    public const int MostPastDays = 14;

    /// <summary>Most users times days: minutes of work, not hours.</summary>
    public const int MostUserDays = 30_000;

    /// <summary>What is wrong with it, field, value and limit; null = nothing.</summary>
    public (string Field, string Detail)? Fault =>
        Users is < FewestUsers or > MostUsers ? ("users", $"users must be {FewestUsers} to {MostUsers}; it is {Users}.")
        : Days is < FewestDays or > MostDays ? ("days", $"days must be {FewestDays} to {MostDays}; it is {Days}.")
        : World == SimulatedWorld.Past && Days > MostPastDays ? ("days", $"days must be {FewestDays} to {MostPastDays} in the past that agents remember; it is {Days}.")
        : (long)Users * Days > MostUserDays ? ("users", $"users times days must be at most {MostUserDays}; they are {Users} times {Days}.")
        : null;
}
