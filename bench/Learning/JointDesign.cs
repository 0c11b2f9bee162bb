using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>How the joint design explores and learns.</summary>
sealed record JointOptions
{
    /// <summary>How exploration adapts after <see cref="RandomDays"/>; null = the belief's mean.</summary>
    public ExplorationOptions? Exploration { get; init; } = new();

    /// <summary>First days in which every action is equally likely: by them the outcome is chosen.</summary>
    public int RandomDays { get; init; } = 3;

    /// <summary>Units of load whose loss a message has to bring.</summary>
    public double Price { get; init; } = 1;

    /// <summary>Half-life of effects that the learner assumes; the worlds' own differ.</summary>
    public double HalfLifeHours { get; init; } = 12;

    /// <summary>Half-life of the load that the learner assumes.</summary>
    public double LoadHalfLifeDays { get; init; } = 2;

    /// <summary>What effects are measured in.</summary>
    public CountedOutcome Outcome { get; init; } = Outcomes.Visits;

    /// <summary>False = everybody is taken for the population's mean.</summary>
    public bool Personal { get; init; } = true;

    /// <summary>Most agents whose statistics a night's fit reads.</summary>
    public int Sample { get; init; } = 32_768;

    /// <summary>Most users whose behaviour types are found in.</summary>
    public int Discovery { get; init; } = 24_576;

    public PopulationFitOptions Fit { get; init; } = new() { Workers = 2, Passes = 5, MostTypes = 24 };
}

/// <summary>One agent a user with the joint effect model: rows of daily excess, a population prior, and a choice set by set.</summary>
class JointDesign(Host host, JointOptions options, string name) : Design(name)
{
    readonly EffectLayout layout = new(host.Sets);
    readonly double[] shares = Life.SharesOf(options.HalfLifeHours);
    readonly double keptLoad = Math.Pow(2, -1 / options.LoadHalfLifeDays);

    readonly EffectStatistic nothing = EffectStatistic.Empty(new EffectLayout(host.Sets).Dimension);

    readonly EligibleActions all = EligibleActions.All(new EffectLayout(host.Sets));
    readonly ExplorationPlan atRandom = new(1, 0, 0, new ExplorationOptions().UniformSends);
    readonly int treated = Enumerable.Range(0, host.Users).Count(u => !host.IsControl(u));
    readonly (double Uniform, double Drawn)[] plans = new (double, double)[host.Users];

    EffectStatistic[] statistics = [];
    UserPrior[] priors = [];
    OutcomeRate[] rates = [];
    double[] surprise = [];
    double[] variances = [];
    double noise;
    double least;
    Recent[] recent = [];
    Expectation expectation = null!;
    DriftWatch? drift;

    public override (double Uniform, double Drawn) Explored => treated == 0 ? default : (plans.Sum(plan => plan.Uniform) / treated, plans.Sum(plan => plan.Drawn) / treated);

    protected Host Host { get; } = host;

    public EffectLayout Layout => layout;

    public CountedOutcome Outcome => options.Outcome;

    /// <summary>What the population teaches so far.</summary>
    public PopulationPrior Prior { get; private set; } = null!;

    /// <summary>Each user's outcome of the day less what was expected without messages.</summary>
    public ReadOnlySpan<double> Surprise => surprise;

    /// <summary>Variance of the surprise.</summary>
    public ReadOnlySpan<double> Variance => variances;

    public override int BytesPerAgent => options.Personal ? nothing.Bytes : 0;

    public override string Found => drift?.Found ?? "";

    public override void Begin()
    {
        expectation = new Expectation(Host);
        statistics = new EffectStatistic[Host.Users];
        Array.Fill(statistics, EffectStatistic.Empty(layout.Dimension));
        drift = Drifts ? new DriftWatch(layout, statistics, options.Sample) : null;
        recent = new Recent[Host.Users];
        for (var u = 0; u < Host.Users; u++)
        {
            recent[u] = new Recent(Host.Sets.Length);
        }

        Prior = FirstPrior();
        priors = new UserPrior[Host.Users];
        rates = new OutcomeRate[Host.Users];
        surprise = new double[Host.Users];
        variances = new double[Host.Users];
        Users.Each(Host.Users, (u, _) =>
        {
            var behaviour = new BehaviourSummary(expectation.Exposure, Host.History.Total(u), Host.History.CountsOf(u));
            priors[u] = Prior.Of(behaviour);
            rates[u] = OutcomeRate.Of(options.Outcome, Prior, behaviour);
        });
        least = 0.02 * PerVisit;
        noise = options.Outcome.Noise(Prior.Noise, Host.Conversion);
    }

    public override void Decide(int day, Sends sends) => Users.Each(Host.Users, (u, random) =>
    {
        if (Host.IsControl(u))
        {
            sends.Hold(u);
        }
        else
        {
            Choose(u, day, sends, random.Restart((ulong)Host.Seed, 40_000 + (ulong)day, (ulong)u));
        }
    });

    public override void Observe(int day, Sends sends, DayCounts[] counts)
    {
        var calendar = Host.HistoryDays + day;
        var circumstances = CircumstancesOf(day, counts);
        Users.Each(Host.Users, (u, _) =>
        {
            if (!Host.IsControl(u))
            {
                Learn(u, calendar, circumstances, sends, counts[u]);
            }
        });
        if (drift is not null)
        {
            Drift(drift, day, 1 / (1.0 + Enumerable.Range(0, Host.Users).Where(Host.IsControl).Sum(u => counts[u].Visits)));
        }

        Improve(day);
    }

    void Drift(DriftWatch watch, int day, double dayVariance)
    {
        var from = Prior.Drift.Day;
        Use(watch.Follow(day, Prior, Host.Users, dayVariance * Prior.Noise));
        Users.Each(Host.Users, (u, _) => statistics[u] = Prior.Drift.Carry(statistics[u], from));
    }

    /// <summary>Whether the design finds out how effects move.</summary>
    protected virtual bool Drifts => options.Personal;

    protected double ControlsSay(int day, DayCounts[] counts) => expectation.Circumstances(Host.HistoryDays + day, priors, counts, options.Outcome, rates);

    protected virtual double CircumstancesOf(int day, DayCounts[] counts) => ControlsSay(day, counts);

    protected virtual PopulationPrior FirstPrior() =>
        PopulationFit.Start(UserHistory.Shape, layout, Sampled(options.Discovery, withEffects: false), FitOf(0)).WithNoise(Expectation.Dispersion(Host));

    protected virtual void Improve(int day)
    {
        if (day > 7 && day % 4 != 0)
        {
            return;
        }

        var before = Prior;
        Use(PopulationFit.Improve(Prior, layout, Sampled(options.Sample, withEffects: true), FitOf(day)).Prior);
        drift?.Refitted(day, before, Prior);
    }

    /// <summary>Types as another design found them: only effects are learnt anew.</summary>
    protected PopulationPrior Anew(PopulationPrior prior) => PopulationFit.Anew(prior, layout, Sampled(options.Discovery, withEffects: false), FitOf(0));

    /// <summary>What the population teaches without the users of one fold.</summary>
    public PopulationPrior Without(int fold, int folds) => PopulationFit.Improve(Anew(Prior), layout, Sampled(options.Sample, withEffects: true, user => Users.FoldOf(user, folds) != fold), FitOf(0)).Prior;

    /// <summary>Mean effects of a user by behaviour alone, in goals.</summary>
    public double[] GoalsOf(int user, PopulationPrior prior)
    {
        var mean = EffectBelief.Of(priors[user].Under(prior), nothing).Mean();
        return [.. mean.Select(effect => rates[user].GoalsPerUnit * effect)];
    }

    double PerVisit => options.Outcome.Of(1, Host.Conversion);

    PopulationFitOptions FitOf(int day) => options.Fit with { Passes = options.Fit.Passes + (day == 0 ? 2 : 0), OutcomesPerEvent = PerVisit };

    protected UserPrior PriorOf(int user) => priors[user];

    protected virtual EffectBelief BeliefOf(int user) => EffectBelief.Of(priors[user], options.Personal ? statistics[user] : nothing);

    protected virtual void Take(int user, ReadOnlySpan<double> row, double outcome, double weight) =>
        statistics[user] = statistics[user].Add(row, outcome, weight);

    protected void Use(PopulationPrior prior)
    {
        Prior = prior;
        Users.Each(Host.Users, (u, _) => priors[u] = priors[u].Under(prior));
    }

    List<AgentReport> Sampled(int most, bool withEffects, Func<int, bool>? only = null)
    {
        var reports = new List<AgentReport>();
        var step = Math.Max(1, Host.Users / most);
        for (var u = 0; u < Host.Users; u += step)
        {
            if ((!withEffects || !Host.IsControl(u)) && only?.Invoke(u) != false)
            {
                reports.Add(new AgentReport(expectation.Exposure, Host.History.Total(u), [.. Host.History.CountsOf(u)], withEffects ? statistics[u] : null));
            }
        }

        return reports;
    }

    void Choose(int u, int day, Sends sends, FastRandom random)
    {
        var belief = BeliefOf(u);
        var tiring = new Tiring(recent[u].Load, options.Price);
        var plan = PlanOf(u, day, belief, tiring);
        plans[u] = (plan.Uniform, (1 - plan.Uniform) * plan.Sampled);
        Span<byte> actions = stackalloc byte[Host.Sets.Length];
        if (JointChoice.Choose(belief, layout, all, plan, tiring, random, actions).Sends)
        {
            sends.Send(u, actions);
            recent[u].Predicted = Value(belief.Mean(), actions, recent[u].Load);
        }
        else
        {
            sends.Hold(u);
            recent[u].Predicted = 0;
        }
    }

    ExplorationPlan PlanOf(int u, int day, EffectBelief belief, Tiring tiring)
    {
        if (day < options.RandomDays)
        {
            return atRandom;
        }

        if (options.Exploration is not { } exploration)
        {
            return ExplorationPlan.None;
        }

        var left = LeftToLearn.Of(belief, priors[u], layout, all, tiring, exploration);
        return Exploration.Plan(left, exploration.Decisions(Host.HorizonDays - day - 1, 1), treated, exploration);
    }

    double Value(ReadOnlySpan<double> theta, ReadOnlySpan<byte> actions, double load)
    {
        Span<double> row = stackalloc double[layout.Dimension];
        layout.AddMessage(row, actions, 1, load);
        var value = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            value += row[i] * theta[i];
        }

        return value;
    }

    void Learn(int u, int calendar, double circumstances, Sends sends, DayCounts counts)
    {
        var own = recent[u];
        own.Push(sends, u, keptLoad);
        Span<double> row = stackalloc double[layout.Dimension];
        var predicted = 0.0;
        for (var age = 0; age < Life.EffectDays; age++)
        {
            if (own.IsSent(age))
            {
                layout.AddMessage(row, own.ActionsOf(age), shares[age], own.LoadAt(age));
                predicted += shares[age] * own.PredictedAt(age);
            }
        }

        var factor = expectation.DayFactor(u, calendar) * circumstances;
        var expected = rates[u].Mean * factor;
        row[layout.Correction] = Math.Sqrt(rates[u].Variance) * factor;
        variances[u] = RowNoise.Variance(noise, expected, predicted, least);
        surprise[u] = options.Outcome.Of(counts.Visits, counts.Goals) - expected;
        drift?.See(u, () => BeliefOf(u), priors[u], row, surprise[u], 1 / variances[u], expected);
        Take(u, row, surprise[u], 1 / variances[u]);
    }
}
