using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>What an agent believes of a program's messages at a moment, before and after its own effects.</summary>
public sealed class JointBelief
{
    readonly JointSets sets;
    readonly UserPrior user;
    readonly int agents;
    readonly float[] numbers;

    JointBelief(JointSets sets, UserPrior user, int agents, EffectBelief prior, EffectBelief believed, double load)
    {
        (this.sets, this.user, this.agents) = (sets, user, agents);
        Prior = prior;
        numbers = believed.ToNumbers();
        Own = EffectBelief.Of(numbers);
        Load = load;
    }

    /// <summary>Belief of a user with this behaviour and no effects.</summary>
    public EffectBelief Prior { get; }

    /// <summary>Belief with the user's own effects, in single precision as a record keeps it.</summary>
    public EffectBelief Own { get; }

    /// <summary>Decayed messages before the moment.</summary>
    public double Load { get; }

    /// <summary>The belief of a user; null while there is no population, or it does not know the program's sets.</summary>
    public static JointBelief? Of(AgentState state, ProgramRules program, Time.Instant at)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(program);
        if (program.Joint is not { } sets || program.Cohort.Population is not { } population || population.Sets != sets.Key)
        {
            return null;
        }

        var own = state.JointEffects.GetValueOrDefault(program.Definition.Id);
        var fits = own?.Fits(population.Outcome, population.Cells) == true;
        var common = population.PriorFor(state);
        var prior = common.Of(fits ? own!.Behaviour : BehaviourOf(state, population));
        var believed = fits && own!.Sets == sets.Key ? EffectBelief.Of(prior, own.Statistic) : EffectBelief.Of(prior);
        return new(sets, prior, population.Agents, EffectBelief.Of(prior), believed, DailyRows.LoadAt(state, program.Definition.Id, at));
    }

    /// <summary>Belief about the difference of an action from its set's average, in outcomes a message.</summary>
    public EligibleAction ActionOf(ActionSet set, string action)
    {
        ArgumentNullException.ThrowIfNull(set);
        var row = sets.RowOf(sets.PlaceOf(set.Id), JointSets.IndexOf(set, action));
        return new EligibleAction(action, NormalOf(Own, row), NormalOf(Prior, row));
    }

    /// <summary>Belief about what an average message brings now, and about the loss to the next one that it has to be worth.</summary>
    public ImmutableArray<EligibleAction> SpeakOrRest()
    {
        var (send, hold) = (new double[sets.Layout.Dimension], new double[sets.Layout.Dimension]);
        send[sets.Layout.Message] = 1;
        send[sets.Layout.Fatigue] = -Load;
        hold[sets.Layout.Fatigue] = 1;
        return [new EligibleAction(Drawing.Hold, NormalOf(Own, hold), NormalOf(Prior, hold)), new EligibleAction(Drawing.Send, NormalOf(Own, send), NormalOf(Prior, send))];
    }

    /// <summary>How a decision explores: by the program's fixed shares, or by what is left to learn.</summary>
    /// <param name="program">The program.</param>
    /// <param name="isRandomDay">Whether it is one of the fixed random days.</param>
    /// <param name="messages">Messages that may go.</param>
    /// <param name="at">Moment of the decision: learning pays until the experiment's end, or for four weeks where none is fixed.</param>
    public ExplorationPlan Plan(ProgramRules program, bool isRandomDay, ImmutableArray<string> messages, Time.Instant at)
    {
        ArgumentNullException.ThrowIfNull(program);
        var options = new ExplorationOptions { Floor = program.Sampling.Exploration };
        if (!program.Definition.Learning.Adaptive)
        {
            return new ExplorationPlan(isRandomDay ? 1 : options.Floor, program.Sampling.SampleShare, 1, options.UniformSends);
        }

        var left = LeftToLearn.Of(Own, user, sets.Layout, EligibleActions.Of(sets.Layout, sets.MasksOf(messages)), new Tiring(Load, 1), options);
        double? daysLeft = program.Definition.Experiment.EndsAt is { } end && end > at ? (end - at).TotalDays : null;
        return Exploration.Plan(left, options.Decisions(daysLeft, 1.0 / program.Definition.EveryDays), Math.Max(1, agents), options);
    }

    /// <summary>What a draw needs of it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="plan">How it explores.</param>
    /// <param name="price">What a message has to bring beside what it takes from the next one.</param>
    public JointInputs Inputs(AgentStep step, ExplorationPlan plan, double price)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new JointInputs
        {
            Price = price,
            Plan = plan,
            Sets = sets.Order,
            Belief = ImmutableCollectionsMarshal.AsImmutableArray(numbers),
            Load = Load,
            Slot = sets.Sets.Any(set => set.Dimension == Dimension.Slot) ? Slot.SlotAt(LocalTime.Of(step.At, step.Zone.Id)) : "",
        };
    }

    static ArmPosterior.Normal NormalOf(EffectBelief belief, double[] row)
    {
        var (mean, variance) = belief.Value(row);
        return new ArmPosterior.Normal(mean, Math.Sqrt(Math.Max(variance, 1e-18)));
    }

    static BehaviourSummary BehaviourOf(AgentState state, PopulationSnapshot population)
    {
        var days = OrganicDays.Of(state, population.Cells, population.Outcome, population.FirstDay, population.LastDay);
        return days.Behaviour(population.FactorOf);
    }
}
