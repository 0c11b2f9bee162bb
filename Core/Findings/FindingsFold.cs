using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>
/// Folds the panel into what people may read of a program: effects of each action, sends of each message, arms of its experiment. A pure function of the
/// records and of the population that agents went by.
/// </summary>
public sealed class FindingsFold
{
    /// <summary>Least time between two folds of findings: they are read by people, and effects come in over days.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    static readonly TimeSpan traffic = TimeSpan.FromDays(28);

    readonly ProgramDefinition program;
    readonly CohortSnapshot cohort;
    readonly ProgramRules rules;
    readonly Instant asOf;
    readonly JointSets? sets;
    readonly TrialFold trial;
    readonly SortedDictionary<(string Lifecycle, string Set, string Action), EffectSum> sums = new();
    readonly Dictionary<string, (long Sends, long Users)> sends = new(StringComparer.Ordinal);
    Instant first = Instant.Latest;
    int panel;

    /// <summary>Begins a fold.</summary>
    /// <param name="program">The program.</param>
    /// <param name="cohort">The newest fold of its cohort: whose beliefs agents go by.</param>
    /// <param name="asOf">Moment up to which the panel's events have been applied.</param>
    /// <param name="grace">G of late events.</param>
    public FindingsFold(ProgramDefinition program, CohortSnapshot cohort, Instant asOf, TimeSpan grace)
    {
        (this.program, this.cohort, this.asOf) = (program, cohort, asOf);
        rules = new ProgramRules(program, cohort, grace);
        sets = rules.Joint is { } joint && cohort.Population?.Sets == joint.Key ? joint : null;
        trial = new TrialFold(program, asOf, grace);
    }

    /// <summary>Adds one agent of the panel; agents come in the order of the panel.</summary>
    public void Add(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (agent.MergedInto.Length > 0 || agent.FirstSeen > asOf)
        {
            return;
        }

        panel++;
        trial.Add(agent);
        Sent(agent);
        Learnt(agent);
        if (sets is not null && agent.JointEffects.GetValueOrDefault(program.Id) is { Statistic.Count: > 0 } own && own.Sets == sets.Key && JointBelief.Of(agent, rules, asOf) is { } belief)
        {
            Believed(agent, own, belief);
        }
    }

    /// <summary>The findings.</summary>
    public ProgramFindings Finish() => new()
    {
        Program = program.Id,
        ProgramVersion = program.Version,
        AsOf = asOf.UnixMilliseconds,
        Panel = panel,
        Model = program.Learning.Posterior.ToString().ToLowerInvariant(),
        Actions = [.. sums.Select(pair => Finding(pair.Key, pair.Value))],
        Traffic = [.. sends.OrderByDescending(pair => pair.Value.Sends).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new MessageTraffic(pair.Key, pair.Value.Sends, pair.Value.Users))],
        TrafficSince = first == Instant.Latest ? null : first.UnixMilliseconds,
        Trial = trial.Finish(),
    };

    void Sent(AgentState agent)
    {
        foreach (var group in agent.Sends.Where(send => send.ProgramId == program.Id && send.At >= asOf - traffic).GroupBy(send => send.MessageId, StringComparer.Ordinal))
        {
            var (count, users) = sends.GetValueOrDefault(group.Key);
            sends[group.Key] = (count + group.Count(), users + 1);
            first = Instant.Min(first, group.Min(send => send.At));
        }
    }

    // Evidence of single effects: of programs without the joint model, and of the days and minutes between contacts.
    void Learnt(AgentState agent)
    {
        foreach (var (key, evidence) in agent.Evidence)
        {
            if (key.Program != program.Id || evidence.Count <= 0 || program.Sets.FirstOrDefault(set => set.Id == key.Set) is not { } set || Covered(set))
            {
                continue;
            }

            var now = evidence.DecayedTo(asOf, set.ForgettingHalfLife);
            foreach (var lifecycle in (string[])["", new Context(key.Context).Lifecycle])
            {
                Sum(lifecycle, key.Set, key.Action).Part(now);
            }
        }

        foreach (var sum in sums.Values)
        {
            sum.EndUser();
        }
    }

    bool Covered(ActionSet set) => sets is not null && sets.Sets.Any(one => one.Id == set.Id);

    void Believed(AgentState agent, AgentEffects own, JointBelief belief)
    {
        var mean = belief.Own.Mean();
        var lifecycle = new Context(Deciding.ContextOf(agent, asOf)).Lifecycle;
        for (var s = 0; s < sets!.Sets.Length; s++)
        {
            for (var a = 0; a < sets.Sets[s].Actions.Length; a++)
            {
                var value = sets.Layout.ActionValue(mean, s, a);
                Sum("", sets.Sets[s].Id, sets.Sets[s].Actions[a].Id).Belief(value, own.Statistic.Count);
                Sum(lifecycle, sets.Sets[s].Id, sets.Sets[s].Actions[a].Id).Belief(value, own.Statistic.Count);
            }
        }
    }

    EffectSum Sum(string lifecycle, string set, string action)
    {
        if (!sums.TryGetValue((lifecycle, set, action), out var sum))
        {
            sums.Add((lifecycle, set, action), sum = new EffectSum());
        }

        return sum;
    }

    ActionFinding Finding((string Lifecycle, string Set, string Action) key, EffectSum sum)
    {
        var set = program.Sets.First(one => one.Id == key.Set);
        if (!Covered(set))
        {
            var prior = cohort.Prior("", key.Set, key.Action);
            return sum.Measured(key) with { Spread = prior is { Source: PriorSource.Fitted, Gaussian: { A: > 1 } g } ? Math.Sqrt(g.B / (g.A - 1) / g.Kappa) : null };
        }

        // Means of a population are known to within e² a contrast; a panel of so many users adds little to it.
        var error = cohort.Population!.Prior.MeanError;
        var row = 1 - 1.0 / set.Actions.Length;
        return sum.BelievedAs(key, row * error) with { ContrastVariance = error, Spread = SpreadOf(cohort.Population.Prior, sets!, key.Set, key.Action) };
    }

    // How users differ in the effect of an action: between types, with behaviour, and beyond both.
    static double SpreadOf(PopulationPrior prior, JointSets sets, string set, string action)
    {
        var s = sets.Sets.Select((one, i) => (one, i)).First(pair => pair.one.Id == set).i;
        var a = JointSets.IndexOf(sets.Sets[s], action);
        var values = prior.Means.Select(mean => sets.Layout.ActionValue(mean, s, a)).ToArray();
        var mean = values.Zip(prior.Shares, (value, share) => value * share).Sum();
        var variance = values.Zip(prior.Shares, (value, share) => share * (value - mean) * (value - mean)).Sum();
        foreach (var slope in prior.Slopes)
        {
            variance += Math.Pow(sets.Layout.ActionValue(slope, s, a), 2);
        }

        var row = sets.Layout.ActionRow(s, a);
        for (var i = 0; i < row.Length; i++)
        {
            for (var j = 0; j < row.Length; j++)
            {
                variance += row[i] * row[j] * prior.Covariance[Math.Max(i, j) * (Math.Max(i, j) + 1) / 2 + Math.Min(i, j)];
            }
        }

        return Math.Sqrt(variance);
    }
}
