using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>
/// The joint design that is not told what messages act on: in the random days every outcome has beliefs of its own; then the one that foretells
/// most goals of users whom it has not learnt from is kept, and the others are let go.
/// </summary>
sealed class OutcomeDesign : Design
{
    readonly Host host;
    readonly JointOptions options;
    readonly ImmutableArray<JointDesign> rivals;
    readonly JointDesign goals;
    readonly RandomSends sent;

    JointDesign? chosen;

    /// <summary>What each outcome foretold, and which was taken; empty before the choice.</summary>
    public string Chosen { get; private set; } = "";

    public OutcomeDesign(Host host, JointOptions options, string name)
        : base(name)
    {
        this.host = host;
        this.options = options;
        var visits = new JointDesign(host, options, name);
        goals = new RivalDesign(host, options with { Outcome = Outcomes.Goals }, visits, name);
        rivals = [visits, goals];
        sent = new RandomSends(host, options);
    }

    /// <summary>Bytes of one outcome's statistic: that is what stays.</summary>
    public override int BytesPerAgent => rivals[0].BytesPerAgent;

    public override (double Uniform, double Drawn) Explored => Alive[0].Explored;

    public override string Found => Alive[0].Found;

    public override void Begin()
    {
        foreach (var rival in rivals)
        {
            rival.Begin();
        }
    }

    public override void Decide(int day, Sends sends)
    {
        // Random messages are the same for all rivals: each only predicts what they will bring.
        foreach (var rival in Alive)
        {
            rival.Decide(day, sends);
        }
    }

    public override void Observe(int day, Sends sends, DayCounts[] counts)
    {
        foreach (var rival in Alive)
        {
            rival.Observe(day, sends, counts);
        }

        if (chosen is null)
        {
            sent.Add(sends, goals.Surprise, goals.Variance);
            if (day >= options.RandomDays - 1)
            {
                chosen = rivals[Judge().Best()];
            }
        }
    }

    // A small population cannot spare half of what it knows; a large one can, and its fits take longer.
    int Folds => host.Users < 20_000 ? 5 : 2;

    ImmutableArray<JointDesign> Alive => chosen is { } one ? [one] : rivals;

    // Each fold's users are judged by what the other folds teach: nobody's own goals foretell themselves.
    OutcomeChoice Judge()
    {
        var choice = new OutcomeChoice(rivals.Length);
        for (var fold = 0; fold < Folds; fold++)
        {
            PopulationPrior[] priors = [.. rivals.Select(rival => rival.Without(fold, Folds))];
            for (var u = 0; u < host.Users; u++)
            {
                if (!host.IsControl(u) && Users.FoldOf(u, Folds) == fold)
                {
                    sent.Judge(u, [.. rivals.Select((rival, j) => rival.GoalsOf(u, priors[j]))], goals.Layout, choice);
                }
            }
        }

        var foretold = rivals.Select((rival, j) => string.Create(CultureInfo.InvariantCulture, $"{Outcomes.NameOf(rival.Outcome)} {choice.Foretold(j).Value:0.0000} ± {choice.Foretold(j).Error:0.0000}"));
        Chosen = $"goals foretold by {string.Join(", by ", foretold)}; learns from {Outcomes.NameOf(rivals[choice.Best()].Outcome)}";
        return choice;
    }

    sealed class RivalDesign(Host host, JointOptions options, JointDesign first, string name) : JointDesign(host, options, name)
    {
        protected override PopulationPrior FirstPrior() => Anew(first.Prior);
    }
}
