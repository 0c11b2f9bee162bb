using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// From days to knowledge: when a day's circumstances are known, its outcome less what was expected without messages becomes a row of the joint model,
/// with the share that each recent message's fading effect has in it (docs/method/4-populations.md, 7a).
/// </summary>
public static class DailyRows
{
    /// <summary>A message is taken to have no effect after this: six half-lives.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(3);

    /// <summary>Half-life of a message's effect.</summary>
    public static readonly HalfLife Effect = HalfLife.OfHours(12);

    /// <summary>Half-life of the load that earlier messages are.</summary>
    public static readonly HalfLife Fatigue = HalfLife.OfHours(48);

    /// <summary>Adds the rows of all days that became known, for every program with the joint model.</summary>
    public static void Learn(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (var program in step.Rules.Programs)
        {
            if (program.Joint is { } sets && program.Cohort.Population is { } population)
            {
                var before = step.State.JointEffects.GetValueOrDefault(program.Definition.Id);
                var after = Add(step.State, before, program.Definition.Id, sets, population, step.Rules);
                if (after is not null && after != before)
                {
                    step.State = step.State with { JointEffects = step.State.JointEffects.SetItem(program.Definition.Id, after) };
                }
            }
        }
    }

    /// <summary>Decayed messages of a program before a moment: what makes the next one worth less.</summary>
    public static double LoadAt(AgentState state, string program, Time.Instant at)
    {
        ArgumentNullException.ThrowIfNull(state);
        var load = 0.0;
        foreach (var send in state.Sends)
        {
            load += send.ProgramId == program && send.At < at ? Fatigue.WeightAt(at - send.At) : 0;
        }

        return load;
    }

    static AgentEffects? Add(AgentState state, AgentEffects? own, string program, JointSets sets, PopulationSnapshot population, AgentRules rules)
    {
        // Other sets or another outcome: what was summed up means something else now, and the days that are still kept are read again.
        if (own is null || own.Sets != sets.Key || own.Outcome != population.Outcome.Key)
        {
            own = Begin(state, own, program, sets, population);
        }

        if (own is null || own.Through >= population.LastDay)
        {
            return own;
        }

        var common = population.PriorFor(state);
        var prior = common.Of(own.Behaviour);
        var weekends = population.WeekendShareOf(own.Counts.AsSpan());
        Span<double> row = stackalloc double[sets.Layout.Dimension];
        for (var day = own.Through + 1; day <= population.LastDay; day++)
        {
            row.Clear();
            if (population.FactorOf(day) is not { } factor || !TryRow(state, day, program, sets, rules, row))
            {
                own = own with { Through = day, Skipped = own.Skipped + 1, Statistic = own.Statistic.Decayed(sets.KeptADay) };
                continue;
            }

            // A statistic under a prior of other sets says nothing yet; the row's noise is then that of the expectation alone.
            var predicted = population.Sets == sets.Key ? Predicted(EffectBelief.Of(prior, own.Statistic).Mean(), row, sets.Layout.Correction) : 0;
            var scale = PopulationSnapshot.DayFactor(weekends, day) * factor;
            var expected = own.Rate * scale;
            row[sets.Layout.Correction] = Math.Sqrt(own.RateVariance) * scale;
            var outcome = population.Outcome.Of(state.History.Between(OrganicDays.StartOf(day), OrganicDays.StartOf(day + 1)));
            own = own with { Through = day, Statistic = own.Statistic.Add(row, outcome - expected, 1 / RowNoise.Variance(common.Noise, expected, predicted), sets.KeptADay) };
        }

        return own;
    }

    static double Predicted(ReadOnlySpan<double> mean, ReadOnlySpan<double> row, int correction)
    {
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            sum += i == correction ? 0 : row[i] * mean[i];
        }

        return sum;
    }

    // Rows begin with the day of the first message; all before it is the behaviour that the user is known by.
    static AgentEffects? Begin(AgentState state, AgentEffects? before, string program, JointSets sets, PopulationSnapshot population)
    {
        int? first = null;
        foreach (var send in state.Sends)
        {
            if (send.ProgramId == program)
            {
                first = send.At.UtcDay;
                break;
            }
        }

        if (first is not { } day || day > population.LastDay)
        {
            return before is null ? null : before with { Sets = sets.Key, Outcome = population.Outcome.Key, Statistic = EffectStatistic.Empty(sets.Layout.Dimension), Through = population.LastDay };
        }

        var known = before?.Fits(population.Outcome, population.Cells) == true;
        var own = known ? before! : Known(state, population, day - 1, sets);
        return own with { Sets = sets.Key, Through = Math.Max(day, population.FirstDay) - 1, Statistic = EffectStatistic.Empty(sets.Layout.Dimension), Skipped = 0 };
    }

    static AgentEffects Known(AgentState state, PopulationSnapshot population, int last, JointSets sets)
    {
        var days = OrganicDays.Of(state, population.Cells, population.Outcome, population.FirstDay, Math.Min(last, population.LastDay));
        var behaviour = days.Behaviour(population.FactorOf);
        var prior = population.PriorFor(state).Of(behaviour);
        return new AgentEffects
        {
            Sets = sets.Key,
            Outcome = population.Outcome.Key,
            Through = last,
            Exposure = behaviour.Exposure,
            Total = behaviour.Total,
            Counts = [.. days.Counts],
            Rate = prior.Rate,
            RateVariance = prior.RateVariance,
            Statistic = EffectStatistic.Empty(sets.Layout.Dimension),
        };
    }

    static bool TryRow(AgentState state, int day, string program, JointSets sets, AgentRules rules, Span<double> row)
    {
        var (start, end) = (OrganicDays.StartOf(day), OrganicDays.StartOf(day + 1));
        if (!OrganicDays.IsObserved(state, day) || rules.Outages.Any(outage => outage.Start < end && outage.End > start))
        {
            return false;
        }

        foreach (var send in state.Sends)
        {
            if (send.ProgramId.Length == 0 || send.At >= end || send.At < start - Reach)
            {
                continue;
            }

            if (send.ProgramId != program)
            {
                return false;
            }

            // What is left of the effect when the day begins, less what is left when it ends.
            var share = Effect.WeightAt(start > send.At ? start - send.At : TimeSpan.Zero) - Effect.WeightAt(end - send.At);
            sets.Layout.AddMessage(row, sets.ActionsOf(send.MessageId, send.At, state.Zone?.Id ?? rules.Settings.TimeZone), share, LoadAt(state, program, send.At));
        }

        return true;
    }
}
