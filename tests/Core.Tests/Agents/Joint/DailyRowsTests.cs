using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents.Joint;

/// <summary>One row by hand, and what must not become one.</summary>
public sealed class DailyRowsTests
{
    static readonly ProgramDefinition program = JointTown.Program;
    static readonly JointSets sets = new(program);
    static readonly int today = JointTown.Population.LastDay;

    // The town's rules, its fold, and a person of whom the town knows nothing: visits every day at noon, one message yesterday at 18:00.
    static AgentState State(params SentRecord[] sends) => Person() with { Sends = [.. sends] };

    static AgentState Person()
    {
        var life = new SomeLife(JointTown.Known.Rules, "u:hand");
        for (var day = today - 20; day <= today + 1; day++)
        {
            life.Observe(OrganicDays.StartOf(day) + TimeSpan.FromHours(13), SomeEvents.Track("app_opened", OrganicDays.StartOf(day) + TimeSpan.FromHours(12), context: """{"timezone":"UTC"}"""));
        }

        return life.State;
    }

    static SentRecord Sent(int day, double hour, string message = "push-warm-none", string of = "basket") => new(OrganicDays.StartOf(day) + TimeSpan.FromHours(hour), "push", of, message);

    static AgentEffects? Learnt(AgentState state, AgentRules? rules = null)
    {
        var step = new AgentStep(state, rules ?? JointTown.Known.Rules, OrganicDays.StartOf(today + 1) + TimeSpan.FromHours(20));
        DailyRows.Learn(step);
        return step.State.JointEffects.GetValueOrDefault("basket");
    }

    [Fact]
    public void A_row_is_the_day_less_what_was_expected_with_the_share_of_the_message_that_fell_into_it()
    {
        var own = Learnt(State(Sent(today - 1, 18)))!;
        Assert.Equal(2, own.Statistic.Count);
        var population = JointTown.Population;
        var expected = EffectStatistic.Empty(sets.Layout.Dimension);
        var prior = population.Prior.Of(own.Behaviour);
        foreach (var (day, share) in new[] { (today - 1, 1 - Math.Pow(2, -0.5)), (today, Math.Pow(2, -0.5) - Math.Pow(2, -2.5)) })
        {
            var row = new double[sets.Layout.Dimension];
            sets.Layout.AddMessage(row, sets.ActionsOf("push-warm-none", OrganicDays.StartOf(today - 1) + TimeSpan.FromHours(18), "UTC"), share, 0);
            var scale = population.FactorOf(day)!.Value * PopulationSnapshot.DayFactor(population.WeekendShareOf(own.Counts.AsSpan()), day);
            var mean = EffectBelief.Of(prior, expected).Mean();
            var brought = row.Zip(mean, (x, m) => x * m).Sum();
            row[sets.Layout.Correction] = Math.Sqrt(own.RateVariance) * scale;
            expected = expected.Add(row, 1 - own.Rate * scale, 1 / RowNoise.Variance(population.Prior.Noise, own.Rate * scale, brought));
        }

        Assert.Equal(expected.ToNumbers().Select(x => (double)x), own.Statistic.ToNumbers().Select(x => (double)x), new Close(1e-5));
    }

    [Fact]
    public void Behaviour_is_that_of_the_days_before_the_first_message()
    {
        var own = Learnt(State(Sent(today - 1, 18)))!;
        // 21 days, less the day of the first event and the two days with the message.
        Assert.Equal(18, own.Total);
        Assert.Equal(18, own.Counts[BehaviourCells.Weekend] + own.Counts[BehaviourCells.Weekend + 1]);
        Assert.Equal(18, own.Counts[12 * BehaviourCells.HourCells / 24]);
    }

    [Fact]
    public void A_person_without_messages_has_nothing_to_keep() => Assert.Null(Learnt(State()));

    [Fact]
    public void A_second_look_adds_nothing()
    {
        var state = State(Sent(today - 1, 18));
        var once = Learnt(state)!;
        Assert.Equal(once, Learnt(state with { JointEffects = state.JointEffects.Add("basket", once) }));
    }

    [Fact]
    public void A_day_that_another_programs_message_reached_is_skipped()
    {
        var own = Learnt(State(Sent(today - 8, 18), Sent(today - 3, 12, of: "other")))!;
        Assert.Equal((5, 4), ((int)own.Statistic.Count, own.Skipped));
    }

    [Fact]
    public void A_day_with_an_outage_is_skipped()
    {
        var noon = OrganicDays.StartOf(today) + TimeSpan.FromHours(12);
        var rules = new AgentRules(JointTown.Known.Rules.Settings, JointTown.Known.Rules.Programs, "secret") { Outages = [new Window(noon, noon + TimeSpan.FromMinutes(10))] };
        Assert.Equal((1, 1), ((int)Learnt(State(Sent(today - 1, 18)), rules)!.Statistic.Count, Learnt(State(Sent(today - 1, 18)), rules)!.Skipped));
    }

    [Fact]
    public void Another_layout_reads_the_kept_days_again()
    {
        var state = State(Sent(today - 5, 18), Sent(today - 1, 18));
        var own = Learnt(state)!;
        var wider = program with { Sets = [.. program.Sets.Select(set => set.Id == "tone" ? set with { Actions = set.Actions.Add(new ActionDefinition("funny", "funny", false)) } : set)] };
        var rules = JointTown.Known.Rules;
        var changed = new AgentRules(rules.Settings, [new ProgramRules(wider, rules.Programs[0].Cohort, SomeProgram.Grace)], "secret");
        var again = Learnt(state with { JointEffects = state.JointEffects.Add("basket", own) }, changed)!;
        Assert.Equal(own.Statistic.Count, again.Statistic.Count);
        Assert.Equal(own.Statistic.Dimension + 1, again.Statistic.Dimension);
        Assert.Equal((own.Total, own.Rate), (again.Total, again.Rate));
        Assert.Null(JointBelief.Of(state, changed.Programs[0], JointTown.Known.Now));
    }

    [Fact]
    public void What_is_known_fades_by_the_longest_half_life_of_the_sets()
    {
        var forgetful = program with { Sets = [.. program.Sets.Select(set => set with { ForgettingHalfLife = TimeSpan.FromDays(set.Id == "tone" ? 2 : 1) })] };
        var rules = JointTown.Known.Rules;
        var forgetting = new AgentRules(rules.Settings, [new ProgramRules(forgetful, rules.Programs[0].Cohort, SomeProgram.Grace)], "secret");
        Assert.Equal(1 + Math.Pow(2, -0.5), Learnt(State(Sent(today - 1, 18)), forgetting)!.Statistic.Count, 5);
        // Skipped days pass as well: a row, then three days that another program reached, then a row.
        var own = Learnt(State(Sent(today - 4, 18), Sent(today - 3, 1, of: "other")), forgetting)!;
        Assert.Equal((0.25, 4), (Math.Round(own.Statistic.Count, 5), own.Skipped));
    }

    [Fact]
    public void Messages_the_catalogue_no_longer_knows_count_as_the_average()
    {
        var actions = sets.ActionsOf("gone", OrganicDays.StartOf(today), "UTC");
        Assert.All(actions[..^1], action => Assert.Equal(EffectLayout.Unknown, action));
        var row = new double[sets.Layout.Dimension];
        sets.Layout.AddMessage(row, actions.Select((action, i) => i == actions.Length - 1 ? EffectLayout.Unknown : action).ToArray(), 1, 0);
        Assert.Equal(1, row.Sum());
    }

    sealed class Close(double error) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= error * (1 + Math.Abs(x));

        public int GetHashCode(double x) => 0;
    }
}
