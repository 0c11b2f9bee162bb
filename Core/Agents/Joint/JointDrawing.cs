using System.Collections.Immutable;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// Choice by the joint model: all effects are drawn together, or taken at their mean, every eligible message is valued by the actions it carries, and the best
/// one goes if it brings more than the tiredness that it leaves for the next. A catalogue need not hold every combination: messages are valued, not sets.
/// </summary>
/// <remarks>docs/method/4-populations.md, 10a. Only the part that draws needs redraws for its propensity.</remarks>
internal sealed class JointDrawing
{
    readonly DrawInputs inputs;
    readonly CatalogueMessage[] catalogue;
    readonly EffectLayout layout;
    readonly EffectBelief belief;
    readonly byte[][] actions;
    readonly ExplorationPlan plan;
    readonly double load;
    readonly bool mayRest;
    readonly double uniformSends;
    // Where each message finds its actions' values among those of all sets; the last one is that of an action that is not known: 0.
    readonly int[] places;
    readonly int[] firsts;
    readonly double[] values;

    public JointDrawing(DrawInputs inputs, CatalogueMessage[] catalogue)
    {
        this.inputs = inputs;
        // Where values tie, the message sent least goes, then the smaller hash: the first in this order.
        this.catalogue = [.. catalogue.OrderBy(one => inputs.Sends28d.GetValueOrDefault(one.Id)).ThenBy(one => Match.TieHash(one.Id, inputs.DecisionId))];
        var joint = inputs.Joint!;
        layout = new EffectLayout([.. joint.Sets.Select(set => set.Actions.Length)]);
        belief = EffectBelief.Of(joint.Belief.AsSpan());
        load = joint.Load;
        plan = joint.Plan;
        mayRest = inputs.Sets is [{ Dimension: Dimension.Frequency }, ..];
        uniformSends = mayRest ? plan.UniformSends : 1;
        actions = [.. this.catalogue.Select(message => joint.Sets.Select(set => IndexOf(set, message.Actions.GetValueOrDefault(set.Id, joint.Slot))).ToArray())];
        firsts = [.. layout.Sets.Select((_, s) => layout.Sets.Take(s).Sum())];
        values = new double[layout.Sets.Sum() + 1];
        places = [.. actions.SelectMany(one => one.Select((action, s) => action == EffectLayout.Unknown ? values.Length - 1 : firsts[s] + action))];
    }

    public Drawn Draw()
    {
        var mean = belief.Mean();
        var sampled = plan.Sampled > 0 && new SeededRandom(inputs.RngKey + "/share").NextDouble() < plan.Sampled;
        var theta = new double[layout.Dimension];
        if (sampled)
        {
            belief.Sample(new SeededRandom(inputs.RngKey + "/theta"), theta, plan.Width);
        }
        else
        {
            mean.CopyTo(theta, 0);
        }

        // Index of a message; their number stands for rest.
        var chosen = Best(theta);
        var explore = new SeededRandom(inputs.RngKey + "/explore");
        var explored = explore.NextDouble() < plan.Uniform;
        if (explored)
        {
            chosen = explore.NextDouble() < uniformSends ? explore.Next(catalogue.Length) : catalogue.Length;
        }

        var counts = Counted();
        var best = Best(mean);
        var hold = PropensityOf(catalogue.Length, best, counts);
        var choices = Choices(theta, sampled, explored, chosen, best, counts, hold);
        return new Drawn
        {
            MessageId = chosen < catalogue.Length ? catalogue[chosen].Id : "",
            Choices = chosen < catalogue.Length ? choices : [.. choices.Take(1)],
            Nearest = chosen < catalogue.Length ? Nearest(theta, chosen) : [],
            Propensity = chosen < catalogue.Length ? PropensityOf(chosen, best, counts) : hold,
            StandardError = (1 - plan.Uniform) * plan.Sampled * ErrorOf(counts[chosen]),
            Method = IsCounted ? PropensityMethod.MonteCarlo : PropensityMethod.Exact,
            HoldPropensity = hold,
        };
    }

    static byte IndexOf(JointSetOrder set, string action)
    {
        var index = set.Actions.IndexOf(action);
        return index < 0 ? EffectLayout.Unknown : (byte)index;
    }

    double ValueOf(ReadOnlySpan<double> theta, int message)
    {
        var value = theta[layout.Message] - Math.Max(0, theta[layout.Fatigue]) * load;
        for (var s = 0; s < actions[message].Length; s++)
        {
            value += actions[message][s] == EffectLayout.Unknown ? 0 : layout.ActionValue(theta, s, actions[message][s]);
        }

        return value;
    }

    double CostOf(ReadOnlySpan<double> theta) => Math.Max(0, theta[layout.Fatigue]) + inputs.Joint!.Price;

    int Best(ReadOnlySpan<double> theta)
    {
        // A few actions make many messages: each is valued once a draw. The sums are those of ValueOf, term by term.
        for (var s = 0; s < firsts.Length; s++)
        {
            for (var a = 0; a < layout.Sets[s]; a++)
            {
                values[firsts[s] + a] = layout.ActionValue(theta, s, a);
            }
        }

        var (best, most, any, sets) = (0, double.NegativeInfinity, theta[layout.Message] - Math.Max(0, theta[layout.Fatigue]) * load, firsts.Length);
        for (var m = 0; m < catalogue.Length; m++)
        {
            var value = any;
            foreach (var place in places.AsSpan(m * sets, sets))
            {
                value += values[place];
            }

            if (value > most)
            {
                (best, most) = (m, value);
            }
        }

        // What it takes from the next message is its price.
        return mayRest && most <= CostOf(theta) ? catalogue.Length : best;
    }

    // As many as keep the error of a propensity below this: draws that a plan seldom makes need few.
    const double LargestError = 0.005;

    bool IsCounted => plan.Sampled > 0 && plan.Uniform < 1;

    int Redraws => Math.Clamp((int)Math.Ceiling(plan.Sampled * plan.Sampled / (4 * LargestError * LargestError)), 16, MessagePropensity.DefaultRepeats);

    int[] Counted()
    {
        var counts = new int[catalogue.Length + 1];
        if (IsCounted)
        {
            var random = new SeededRandom(inputs.RngKey + "/propensity");
            Span<double> theta = stackalloc double[layout.Dimension];
            for (var r = 0; r < Redraws; r++)
            {
                belief.Sample(random, theta, plan.Width);
                counts[Best(theta)]++;
            }
        }

        return counts;
    }

    // (count + ½)/(R + 1), of what happened and what did not: never 0, as the draw may always fall anywhere, and not drowned by a large catalogue.
    double Frequency(int count) => (count + 0.5) / (Redraws + 1);

    double ErrorOf(int count) => Frequency(count) is var p ? Math.Sqrt(p * (1 - p) / Redraws) : 0;

    double PropensityOf(int option, int best, int[] counts)
    {
        var rest = option == catalogue.Length;
        if (rest && !mayRest)
        {
            return 0;
        }

        var uniform = rest ? 1 - uniformSends : uniformSends / catalogue.Length;
        return plan.Uniform * uniform + (1 - plan.Uniform) * (plan.Sampled * Frequency(counts[option]) + (1 - plan.Sampled) * (option == best ? 1 : 0));
    }

    ImmutableArray<Choice> Choices(double[] theta, bool sampled, bool explored, int chosen, int best, int[] counts, double hold)
    {
        var choices = ImmutableArray.CreateBuilder<Choice>(inputs.Sets.Length);
        var sends = counts.Sum() - counts[^1];
        foreach (var set in inputs.Sets)
        {
            var candidates = ImmutableArray.CreateBuilder<ChoiceCandidate>(set.Actions.Length);
            var picked = 0;
            foreach (var action in set.Actions)
            {
                var (draw, propensity) = set.Dimension == Dimension.Frequency
                    ? action.Action == Drawing.Hold
                        ? (CostOf(theta), hold)
                        : (ValueOf(theta, Math.Min(chosen, catalogue.Length - 1)), 1 - hold)
                    : (ActionDraw(theta, set.Id, action.Action), hold < 1 ? Carried(set, action.Action, best, counts, sends) / (1 - hold) : 0);
                var isPicked = set.Dimension == Dimension.Frequency
                    ? action.Action == (chosen < catalogue.Length ? Drawing.Send : Drawing.Hold)
                    : chosen < catalogue.Length && catalogue[chosen].Actions[set.Id] == action.Action;
                picked = isPicked ? candidates.Count : picked;
                candidates.Add(new ChoiceCandidate(action.Action, action.Prior, action.Posterior, draw, propensity, propensity, propensity));
            }

            choices.Add(new Choice(set.Id, ChoiceRule.Thompson, sampled, candidates.MoveToImmutable(), picked, explored)
            {
                EstimatedBy = IsCounted ? Redraws : 0,
            });
        }

        return choices.MoveToImmutable();
    }

    double ActionDraw(double[] theta, string set, string action)
    {
        var sets = inputs.Joint!.Sets;
        for (var s = 0; s < sets.Length; s++)
        {
            if (sets[s].Id == set)
            {
                return IndexOf(sets[s], action) is var index && index != EffectLayout.Unknown ? layout.ActionValue(theta, s, index) : 0;
            }
        }

        return 0;
    }

    // Probability that something is sent and carries the action; of the draws that send, (count + ½)/(sends + actions/2).
    double Carried(SetInput set, string action, int best, int[] counts, int sends)
    {
        var (messages, drawn) = (0, 0);
        for (var m = 0; m < catalogue.Length; m++)
        {
            var carries = catalogue[m].Actions[set.Id] == action;
            messages += carries ? 1 : 0;
            drawn += carries ? counts[m] : 0;
        }

        var speaks = 1 - (mayRest ? Frequency(counts[^1]) : 0);
        var share = speaks * (drawn + 0.5) / (sends + set.Actions.Length / 2.0);
        var isBest = best < catalogue.Length && catalogue[best].Actions[set.Id] == action;
        return plan.Uniform * uniformSends * messages / catalogue.Length + (1 - plan.Uniform) * (plan.Sampled * share + (1 - plan.Sampled) * (isBest ? 1 : 0));
    }

    ImmutableArray<MatchCandidate> Nearest(double[] theta, int chosen) =>
        [.. Enumerable.Range(0, catalogue.Length).OrderByDescending(m => m == chosen).ThenByDescending(m => ValueOf(theta, m)).Take(5).Select(m => new MatchCandidate(catalogue[m].Id, 0, ValueOf(theta, m)))];
}
