namespace Aampe.Agents.Worlds;

/// <summary>What a design's messages truly brought, week by week.</summary>
/// <param name="users">The first so many users are measured.</param>
/// <param name="days">Days with messages; those after the last whole week are left out.</param>
public sealed class Brought(int users, int days)
{
    readonly double[] weeks = new double[days / 7];
    readonly double[] sent = new double[users];
    double last;

    /// <summary>The week that is judged: days 15 to 21, or the last whole one of a shorter time.</summary>
    public int Week { get; } = Math.Min(3, days / 7) - 1;

    /// <summary>Adds a day that was lived.</summary>
    public void Add(int day, Life life)
    {
        ArgumentNullException.ThrowIfNull(life);
        for (var u = 0; u < users && day / 7 < weeks.Length; u++)
        {
            weeks[day / 7] += life.Value[u];
            sent[u] += day / 7 == Week ? life.Sent[u] : 0;
        }

        for (var u = 0; u < users && day >= days - 7; u++)
        {
            last += life.Value[u];
        }
    }

    /// <summary>True goals per treated user in each week.</summary>
    public double[] PerUser(int treated) => [.. weeks.Select(sum => sum / treated)];

    /// <summary>True goals per treated user in the last seven days.</summary>
    public double LastDays(int treated) => last / treated;

    /// <summary>Share of treated users whose messages of the judged week did them harm.</summary>
    public double Harmed(int treated) => (double)sent.Count(effect => effect < 0) / treated;
}
