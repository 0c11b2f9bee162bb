using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// Choice by the joint model: all effects are drawn together, or taken at their mean, every eligible message is valued by the actions it carries, and the best
/// one goes if it brings more than the tiredness that it leaves for the next. A catalogue need not hold every combination: messages are valued, not sets.
/// </summary>
/// <remarks>docs/method/4-populations.md, 10a. Only the part that draws needs redraws for its propensity.</remarks>
internal sealed class JointDrawing
{
    const int MostNearest = 5;

    readonly DrawInputs inputs;
    readonly EffectLayout layout;
    readonly EffectBelief belief;
    readonly ExplorationPlan plan;
    readonly double load;
    readonly bool mayRest;
    readonly double uniformSends;
    readonly int messages;
    readonly int[] firsts;
    // Where each message finds its actions' values among those of all sets; the last one is that of an action that is not known: 0.
    readonly int[] places;
    readonly double[] values;
    readonly MessageOrder order;

    /// <summary>Prepares a draw.</summary>
    /// <param name="inputs">What it follows from.</param>
    /// <param name="layout">Coefficients of the inputs' sets.</param>
    /// <param name="belief">The inputs' belief.</param>
    /// <param name="actions">Index of the action of each set that each eligible message carries; that of a daypart may be left unknown.</param>
    public JointDrawing(DrawInputs inputs, EffectLayout layout, EffectBelief belief, ReadOnlySpan<byte> actions)
    {
        (this.inputs, this.layout, this.belief) = (inputs, layout, belief);
        var joint = inputs.Joint!;
        order = new MessageOrder(inputs);
        messages = inputs.Eligible.Length;
        load = joint.Load;
        plan = joint.Plan;
        mayRest = inputs.Sets is [{ Dimension: Dimension.Frequency }, ..];
        uniformSends = mayRest ? plan.UniformSends : 1;
        var sets = layout.Sets.Length;
        firsts = new int[sets];
        for (var s = 1; s < sets; s++)
        {
            firsts[s] = firsts[s - 1] + layout.Sets[s - 1];
        }

        values = new double[sets == 0 ? 1 : firsts[^1] + layout.Sets[^1] + 1];
        places = new int[actions.Length];
        for (var s = 0; s < sets; s++)
        {
            var slot = IsCarried(joint.Sets[s].Id) ? EffectLayout.Unknown : IndexOf(joint.Sets[s], joint.Slot);
            for (var at = s; at < places.Length; at += sets)
            {
                var action = actions[at] == EffectLayout.Unknown ? slot : actions[at];
                places[at] = action == EffectLayout.Unknown ? values.Length - 1 : firsts[s] + action;
            }
        }
    }

    public Drawn Draw()
    {
        var mean = belief.Mean();
        var sampled = plan.Sampled > 0 && inputs.Random("share").NextDouble() < plan.Sampled;
        var theta = mean;
        if (sampled)
        {
            theta = new double[layout.Dimension];
            belief.Sample(inputs.Random("theta"), theta, plan.Width);
        }

        // Index of a message; their number stands for rest.
        var best = Best(mean);
        var chosen = sampled ? Best(theta) : best;
        var explore = inputs.Random("explore");
        var explored = explore.NextDouble() < plan.Uniform;
        if (explored)
        {
            chosen = explore.NextDouble() < uniformSends ? order.Nth(explore.Next(messages)) : messages;
        }

        var counts = Counted();
        var hold = PropensityOf(messages, best, counts);
        Value(theta);
        var choices = Choices(theta, sampled, explored, chosen, best, counts, hold);
        return new Drawn
        {
            MessageId = chosen < messages ? inputs.Eligible[chosen] : "",
            Choices = chosen < messages ? choices : [.. choices.Take(1)],
            Nearest = chosen < messages ? Nearest(theta, chosen) : [],
            Propensity = chosen < messages ? PropensityOf(chosen, best, counts) : hold,
            StandardError = (1 - plan.Uniform) * plan.Sampled * ErrorOf(counts[chosen]),
            Method = IsCounted ? PropensityMethod.MonteCarlo : PropensityMethod.Exact,
            HoldPropensity = hold,
        };
    }

    /// <summary>Place of an action in its set, or unknown.</summary>
    public static byte IndexOf(JointSetOrder set, string action)
    {
        var index = set.Actions.IndexOf(action);
        return index < 0 ? EffectLayout.Unknown : (byte)index;
    }

    bool IsCarried(string set)
    {
        foreach (var one in inputs.Sets)
        {
            if (one.Id == set)
            {
                return true;
            }
        }

        return false;
    }

    // A few actions make many messages: each is valued once a draw.
    void Value(ReadOnlySpan<double> theta)
    {
        for (var s = 0; s < firsts.Length; s++)
        {
            for (var a = 0; a < layout.Sets[s]; a++)
            {
                values[firsts[s] + a] = layout.ActionValue(theta, s, a);
            }
        }
    }

    // By the values of the last coefficients valued.
    double ValueOf(ReadOnlySpan<double> theta, int message)
    {
        var value = theta[layout.Message] - Math.Max(0, theta[layout.Fatigue]) * load;
        foreach (var place in places.AsSpan(message * firsts.Length, firsts.Length))
        {
            value += values[place];
        }

        return value;
    }

    double CostOf(ReadOnlySpan<double> theta) => Math.Max(0, theta[layout.Fatigue]) + inputs.Joint!.Price;

    int Best(ReadOnlySpan<double> theta)
    {
        Value(theta);
        var (best, most) = (0, double.NegativeInfinity);
        for (var m = 0; m < messages; m++)
        {
            var value = ValueOf(theta, m);
            if (value > most || (value == most && order.IsBefore(m, best)))
            {
                (best, most) = (m, value);
            }
        }

        // What it takes from the next message is its price.
        return mayRest && most <= CostOf(theta) ? messages : best;
    }

    // As many as keep the error of a propensity below this: draws that a plan seldom makes need few.
    const double LargestError = 0.005;

    bool IsCounted => plan.Sampled > 0 && plan.Uniform < 1;

    int Redraws => Math.Clamp((int)Math.Ceiling(plan.Sampled * plan.Sampled / (4 * LargestError * LargestError)), 16, MessagePropensity.DefaultRepeats);

    int[] Counted()
    {
        var counts = new int[messages + 1];
        if (!IsCounted)
        {
            return counts;
        }

        var random = inputs.Random("propensity");
        Span<Vector256<double>> theta = stackalloc Vector256<double>[layout.Dimension];
        Span<Vector256<double>> all = stackalloc Vector256<double>[values.Length];
        for (var left = Redraws; left > 0; left -= EffectBelief.Lanes)
        {
            var draws = Math.Min(left, EffectBelief.Lanes);
            belief.Sample(random, theta, draws, plan.Width);
            var best = Best(theta, all);
            for (var lane = 0; lane < draws; lane++)
            {
                counts[best[lane]]++;
            }
        }

        return counts;
    }

    // Best of each lane, term by term as for one draw.
    Vector256<long> Best(ReadOnlySpan<Vector256<double>> theta, Span<Vector256<double>> all)
    {
        for (var s = 0; s < firsts.Length; s++)
        {
            for (var a = 0; a < layout.Sets[s]; a++)
            {
                all[firsts[s] + a] = layout.ActionValue(theta, s, a);
            }
        }

        all[^1] = Vector256<double>.Zero;
        var tiring = Vector256.Max(Vector256<double>.Zero, theta[layout.Fatigue]);
        var any = theta[layout.Message] - tiring * Vector256.Create(load);
        var most = Vector256.Create(double.NegativeInfinity);
        var best = Vector256<long>.Zero;
        for (var m = 0; m < messages; m++)
        {
            var value = any;
            foreach (var place in places.AsSpan(m * firsts.Length, firsts.Length))
            {
                value += all[place];
            }

            var better = Vector256.GreaterThan(value, most);
            var ties = Vector256.Equals(value, most);
            if (ties != Vector256<double>.Zero)
            {
                for (var lane = 0; lane < EffectBelief.Lanes; lane++)
                {
                    better = value[lane] == most[lane] && order.IsBefore(m, (int)best[lane]) ? better.WithElement(lane, BitConverter.UInt64BitsToDouble(ulong.MaxValue)) : better;
                }
            }

            most = Vector256.ConditionalSelect(better, value, most);
            best = Vector256.ConditionalSelect(better.AsInt64(), Vector256.Create((long)m), best);
        }

        var cost = tiring + Vector256.Create(inputs.Joint!.Price);
        return mayRest ? Vector256.ConditionalSelect(Vector256.LessThanOrEqual(most, cost).AsInt64(), Vector256.Create((long)messages), best) : best;
    }

    // (count + ½)/(R + 1), of what happened and what did not: never 0, as the draw may always fall anywhere, and not drowned by a large catalogue.
    double Frequency(int count) => (count + 0.5) / (Redraws + 1);

    double ErrorOf(int count) => Frequency(count) is var p ? Math.Sqrt(p * (1 - p) / Redraws) : 0;

    double PropensityOf(int option, int best, int[] counts)
    {
        var rest = option == messages;
        if (rest && !mayRest)
        {
            return 0;
        }

        var uniform = rest ? 1 - uniformSends : uniformSends / messages;
        return plan.Uniform * uniform + (1 - plan.Uniform) * (plan.Sampled * Frequency(counts[option]) + (1 - plan.Sampled) * (option == best ? 1 : 0));
    }

    ImmutableArray<Choice> Choices(double[] theta, bool sampled, bool explored, int chosen, int best, int[] counts, double hold)
    {
        var choices = ImmutableArray.CreateBuilder<Choice>(inputs.Sets.Length);
        var carried = new Carrying(places, firsts.Length, values.Length, counts);
        foreach (var set in inputs.Sets)
        {
            var candidates = ImmutableArray.CreateBuilder<ChoiceCandidate>(set.Actions.Length);
            var (picked, s) = (0, PlaceOf(set.Id));
            var (taken, liked) = (PlaceIn(s, chosen), PlaceIn(s, best));
            foreach (var action in set.Actions)
            {
                var place = s < 0 || IndexOf(inputs.Joint!.Sets[s], action.Action) is var index && index == EffectLayout.Unknown ? -1 : firsts[s] + index;
                var (draw, propensity) = set.Dimension == Dimension.Frequency
                    ? action.Action == Drawing.Hold
                        ? (CostOf(theta), hold)
                        : (ValueOf(theta, chosen < messages ? chosen : order.Last()), 1 - hold)
                    : (place < 0 ? 0 : values[place], hold < 1 ? Carried(set, carried, place, place == liked, counts) / (1 - hold) : 0);
                var isPicked = set.Dimension == Dimension.Frequency
                    ? action.Action == (chosen < messages ? Drawing.Send : Drawing.Hold)
                    : place >= 0 && place == taken;
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

    int PlaceOf(string set)
    {
        var sets = inputs.Joint!.Sets;
        for (var s = 0; s < sets.Length; s++)
        {
            if (sets[s].Id == set)
            {
                return s;
            }
        }

        return -1;
    }

    // Where a message's action of a set stands; that of rest is none.
    int PlaceIn(int set, int message) => set >= 0 && message < messages && places[message * firsts.Length + set] is var place && place < values.Length - 1 ? place : -2;

    // Probability that something is sent and carries the action; of the draws that send, (count + ½)/(sends + actions/2).
    double Carried(SetInput set, Carrying carried, int place, bool isBest, int[] counts)
    {
        var (of, drawn) = place < 0 ? (0, 0) : carried.At(place);
        var speaks = 1 - (mayRest ? Frequency(counts[^1]) : 0);
        var share = speaks * (drawn + 0.5) / (carried.Sends + set.Actions.Length / 2.0);
        return plan.Uniform * uniformSends * of / messages + (1 - plan.Uniform) * (plan.Sampled * share + (1 - plan.Sampled) * (isBest ? 1 : 0));
    }

    // What was chosen first, then by value.
    ImmutableArray<MatchCandidate> Nearest(double[] theta, int chosen)
    {
        Span<int> nearest = stackalloc int[MostNearest];
        Span<double> worth = stackalloc double[MostNearest];
        (nearest[0], worth[0]) = (chosen, ValueOf(theta, chosen));
        var found = 1;
        for (var m = 0; m < messages; m++)
        {
            if (m == chosen)
            {
                continue;
            }

            var (value, at) = (ValueOf(theta, m), found);
            while (at > 1 && (value > worth[at - 1] || (value == worth[at - 1] && order.IsBefore(m, nearest[at - 1]))))
            {
                at--;
            }

            if (at == MostNearest)
            {
                continue;
            }

            found = Math.Min(found + 1, MostNearest);
            for (var i = found - 1; i > at; i--)
            {
                (nearest[i], worth[i]) = (nearest[i - 1], worth[i - 1]);
            }

            (nearest[at], worth[at]) = (m, value);
        }

        var all = ImmutableArray.CreateBuilder<MatchCandidate>(found);
        for (var i = 0; i < found; i++)
        {
            all.Add(new MatchCandidate(inputs.Eligible[nearest[i]], 0, worth[i]));
        }

        return all.MoveToImmutable();
    }
}
