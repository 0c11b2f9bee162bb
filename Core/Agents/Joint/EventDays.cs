using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>How often events of each type happen a day to untreated users, and how much that varies within a user: what to count before anything is known of messages.</summary>
internal sealed class EventDays
{
    readonly Dictionary<string, (double Count, double Mean, double Variance)> types = new(StringComparer.Ordinal);

    /// <summary>Counts the organic days of a panel.</summary>
    public EventDays(IEnumerable<AgentState> panel, int first, int last)
    {
        foreach (var agent in panel)
        {
            var days = Enumerable.Range(first, last - first + 1).Where(day => OrganicDays.IsOrganic(agent, day)).ToArray();
            if (days.Length < 2)
            {
                continue;
            }

            var own = new Dictionary<string, (double Sum, double Squares)>(StringComparer.Ordinal);
            foreach (var day in days)
            {
                foreach (var (type, count) in agent.History.Between(OrganicDays.StartOf(day), OrganicDays.StartOf(day + 1)).ToArray().CountBy(e => e.Type))
                {
                    var (sum, squares) = own.GetValueOrDefault(type);
                    own[type] = (sum + count, squares + (double)count * count);
                }
            }

            foreach (var (type, (sum, squares)) in own)
            {
                var (count, mean, variance) = types.GetValueOrDefault(type);
                types[type] = (count + sum, mean + sum / days.Length, variance + (squares - sum * sum / days.Length) / (days.Length - 1));
            }
        }
    }

    /// <summary>
    /// The event type whose count shows a proportional effect best: the largest mean² over variance within users. Of a funnel or of what is declared to lead to
    /// the goal, where anything is; later steps are thinned copies of earlier ones, and types that come in bursts vary more than they tell.
    /// </summary>
    /// <returns>Null while no such event has been seen.</returns>
    public DailyOutcome? Outcome(Goal goal)
    {
        var leading = goal.Events.Concat(goal.Funnel).Concat(goal.IntentEvents).Concat(goal.PositiveEvents).ToHashSet(StringComparer.Ordinal);
        var isDeclared = leading.Count > goal.Events.Count;
        var best = types.Where(pair => pair.Value.Variance > 0 && !goal.NegativeEvents.Contains(pair.Key) && (!isDeclared || leading.Contains(pair.Key)))
            .OrderByDescending(pair => pair.Value.Mean * pair.Value.Mean / pair.Value.Variance).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key).FirstOrDefault();
        return best is null ? null : DailyOutcome.Of(best);
    }

    /// <summary>The funnel's steps where one is declared, else the commonest types.</summary>
    public BehaviourCells Cells(Goal goal) => goal.Funnel.Count > 1
        ? new BehaviourCells(funnel: true, [.. goal.Funnel])
        : new BehaviourCells(funnel: false, [.. types.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(BehaviourCells.MostTypes).Select(pair => pair.Key)]);
}
