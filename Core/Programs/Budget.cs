namespace Aampe.Agents.Core.Programs;

/// <summary>The span over which a budget is spent.</summary>
public enum BudgetPeriod
{
    /// <summary>A calendar day of the workspace's zone.</summary>
    Day,

    /// <summary>A week of the workspace's zone, from Monday.</summary>
    Week,

    /// <summary>A calendar month of the workspace's zone.</summary>
    Month,

    /// <summary>For ever: it is spent once.</summary>
    Total,
}

/// <summary>At most so much money a period over all users, counted by what the sends cost (<see cref="Price"/> of the message, else of its channel).</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="Amount">Largest sum of one period; above 0, at most six decimals.</param>
/// <param name="Currency">ISO 4217 code of the amount and of every cost that it counts.</param>
/// <param name="Per">The period.</param>
/// <param name="Channel">The channel whose sends it pays, or null for all.</param>
public sealed record Budget(string Id, decimal Amount, string Currency, BudgetPeriod Per, string? Channel)
{
    /// <summary>Whether it pays sends over a channel.</summary>
    public bool Pays(string channel) => Channel is null || Channel == channel;

    /// <summary>A period as documents name it: day, week, month or total.</summary>
    public static string NameOf(BudgetPeriod per) => ProgramJson.NameOf(BudgetsJson.Periods, per);
}
