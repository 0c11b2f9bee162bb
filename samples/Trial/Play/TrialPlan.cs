using System.Text.Json;

namespace Aampe.Agents.Trial.Play;

/// <summary>What is tried; stored with the trial, so that it goes on as it began.</summary>
/// <param name="Users">Users.</param>
/// <param name="Days">Days of the trial.</param>
/// <param name="Seed">Everything follows from it.</param>
/// <param name="World">Name or file of the world.</param>
public sealed record TrialPlan(int Users, int Days, long Seed, string World)
{
    /// <summary>Days of past behaviour that agents are told before the trial.</summary>
    public int PastDays { get; init; } = 14;

    /// <summary>Days between two contacts of a feature's program that agents choose from.</summary>
    public IReadOnlyList<int> Gaps { get; init; } = [3, 5, 7];

    /// <summary>Model that agents learn by: joint, gaussian or beta.</summary>
    public string Posterior { get; init; } = "beta";

    /// <summary>Further settings of the silo, <c>Section:Name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>First moment of the trial, a Monday.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>First moment after it.</summary>
    public DateTimeOffset End => Start.AddDays(Days);

    /// <summary>First moment of what is told of the past.</summary>
    public DateTimeOffset Past => Start.AddDays(-PastDays);

    /// <summary>As stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);
}
