namespace Aampe.Agents.Core.Populations;

/// <summary>What one agent tells its cohort: its behaviour without messages, and its own effects.</summary>
/// <param name="Exposure">Organic days observed, each times the season's factor; &gt; 0.</param>
/// <param name="Total">Events of the kind whose rate is learnt.</param>
/// <param name="Counts">Counts of all cells, group after group.</param>
/// <param name="Effects">The agent's statistic, decayed to the moment of the fold; null = it has none yet.</param>
public sealed record AgentReport(double Exposure, double Total, int[] Counts, EffectStatistic? Effects)
{
    /// <summary>The behaviour.</summary>
    public BehaviourSummary Behaviour => new(Exposure, Total, Counts);
}
