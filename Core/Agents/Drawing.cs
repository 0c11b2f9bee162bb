using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Agents;

/// <summary>A set as it goes into a draw: unmasked actions with what is believed of each.</summary>
/// <param name="Id">Action set id.</param>
/// <param name="Dimension">What the set decides.</param>
/// <param name="Actions">Actions that no guardrail and no missing message masks, in the order of the program.</param>
public sealed record SetInput(string Id, Dimension Dimension, ImmutableArray<EligibleAction> Actions);

/// <summary>
/// Everything that a draw follows from. A decision's record holds all of it, so that the draw can be repeated from the record alone
/// and the catalogue's version that it names (docs/method.md §10, §11).
/// </summary>
public sealed record DrawInputs
{
    /// <summary>agentic, random or rules.</summary>
    public required string Arm { get; init; }

    /// <summary>Whether the choice is uniform: random arm, and an agent's first random days.</summary>
    public required bool Uniform { get; init; }

    /// <summary>φ and ε.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>K of the catalogue match.</summary>
    public required int MatchWidth { get; init; }

    /// <summary>The frequency set first where there is one, then content sets in the order of the program.</summary>
    public required ImmutableArray<SetInput> Sets { get; init; }

    /// <summary>Messages that may go to the user now, in the order of the catalogue.</summary>
    public required ImmutableArray<string> Eligible { get; init; }

    /// <summary>Sends of a message to this user in 28 days, where there were any.</summary>
    public required ImmutableSortedDictionary<string, int> Sends28d { get; init; }

    /// <summary>Key of the generators; each set has its own.</summary>
    public required string RngKey { get; init; }

    /// <summary>How the generators' numbers become draws: the newest sampler, or that of the release that made the record.</summary>
    public Sampler Sampler { get; init; } = Sampler.Second;

    /// <summary>The decision; last tie-break of the match.</summary>
    public required string DecisionId { get; init; }

    /// <summary>The message of the rules arm; empty otherwise.</summary>
    public string RulesMessage { get; init; } = "";

    /// <summary>The generator of a part of the draw.</summary>
    internal SeededRandom Random(string part) => new($"{RngKey}/{part}", Sampler);

    /// <summary>What the joint model adds; null where the program has another, or the population is not known yet.</summary>
    public JointInputs? Joint { get; init; }
}

/// <summary>What a draw gave.</summary>
public sealed record Drawn
{
    /// <summary>Message to send; empty = the agent holds.</summary>
    public required string MessageId { get; init; }

    /// <summary>One choice a set, in the order of the inputs; after a hold only the frequency set's.</summary>
    public required ImmutableArray<Choice> Choices { get; init; }

    /// <summary>The nearest messages, best first; at most five.</summary>
    public required ImmutableArray<MatchCandidate> Nearest { get; init; }

    /// <summary>Probability that this message would be sent; for a hold, that the agent would hold.</summary>
    public required double Propensity { get; init; }

    /// <summary>Standard error of <see cref="Propensity"/>; 0 where it is exact.</summary>
    public double StandardError { get; init; }

    /// <summary>How the propensity is known.</summary>
    public required PropensityMethod Method { get; init; }

    /// <summary>Probability that the agent would hold.</summary>
    public required double HoldPropensity { get; init; }
}

/// <summary>The draw of a decision: a pure function of its inputs and the catalogue.</summary>
public static class Drawing
{
    /// <summary>Action of the frequency set that keeps silent.</summary>
    public const string Hold = "hold";

    /// <summary>Action of the frequency set that speaks.</summary>
    public const string Send = "send";

    /// <summary>Draws.</summary>
    /// <param name="inputs">Everything that it follows from; at least one eligible message.</param>
    /// <param name="message">The catalogue of the version that the decision names.</param>
    public static Drawn Draw(DrawInputs inputs, Func<string, Message> message)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(message);
        if (inputs.Arm == Arms.Rules)
        {
            return new Drawn { MessageId = inputs.RulesMessage, Choices = [], Nearest = [], Propensity = 1, Method = PropensityMethod.Exact, HoldPropensity = 0 };
        }

        if (inputs is { Uniform: false, Joint: { } joint })
        {
            var layout = new EffectLayout([.. joint.Sets.Select(set => set.Actions.Length)]);
            return new JointDrawing(inputs, layout, EffectBelief.Of(joint.Belief.AsSpan()), Carried(inputs, joint.Sets, message)).Draw();
        }

        var catalogue = inputs.Eligible.Select(id => new CatalogueMessage(id, Actions(inputs, message(id)))).ToArray();
        return inputs.Uniform ? Uniformly(inputs, catalogue) : Sampled(inputs, catalogue);
    }

    /// <summary>The same draw by what a program's rules have ready.</summary>
    internal static Drawn Draw(DrawInputs inputs, ProgramRules program, JointBelief? believed)
    {
        if (inputs.Arm == Arms.Rules)
        {
            return Draw(inputs, message => program.Message(message)!);
        }

        if (inputs.Uniform || inputs.Joint is null || believed is null)
        {
            var catalogue = Array.ConvertAll(ImmutableCollectionsMarshal.AsArray(inputs.Eligible)!, program.Carrying);
            return inputs.Uniform ? Uniformly(inputs, catalogue) : Sampled(inputs, catalogue);
        }

        var sets = program.Joint!;
        return new JointDrawing(inputs, sets.Layout, believed.Own, sets.RowsOf(inputs.Eligible)).Draw();
    }

    static byte[] Carried(DrawInputs inputs, ImmutableArray<JointSetOrder> sets, Func<string, Message> message)
    {
        var actions = new byte[inputs.Eligible.Length * sets.Length];
        for (var m = 0; m < inputs.Eligible.Length; m++)
        {
            var carried = Actions(inputs, message(inputs.Eligible[m]));
            for (var s = 0; s < sets.Length; s++)
            {
                actions[m * sets.Length + s] = carried.TryGetValue(sets[s].Id, out var action) ? JointDrawing.IndexOf(sets[s], action) : EffectLayout.Unknown;
            }
        }

        return actions;
    }

    static Dictionary<string, string> Actions(DrawInputs inputs, Message message) => Actions(inputs.Sets.Select(set => (set.Id, set.Dimension)), message);

    /// <summary>What a message says in sets whose actions messages carry; other sets are passed over.</summary>
    internal static Dictionary<string, string> Actions(IEnumerable<(string Id, Dimension Dimension)> sets, Message message)
    {
        var actions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, dimension) in sets)
        {
            if (dimension == Dimension.Channel)
            {
                actions[id] = message.Channel;
            }
            else if (dimension != Dimension.Frequency)
            {
                actions[id] = message.Labels[id];
            }
        }

        return actions;
    }

    static Drawn Sampled(DrawInputs inputs, CatalogueMessage[] catalogue)
    {
        var sampled = inputs.Sampling.DrawSampled(inputs.Random("share"));
        var choices = new List<Choice>(inputs.Sets.Length);
        var hold = 0.0;
        foreach (var set in inputs.Sets)
        {
            var choice = ThompsonSampling.Choose(set.Id, set.Actions, sampled, inputs.Sampling, inputs.Random(set.Id));
            choices.Add(choice);
            if (set.Dimension != Dimension.Frequency)
            {
                continue;
            }

            hold = PropensityOf(choice, Hold);
            if (choice.Action == Hold)
            {
                return Held(choice, hold);
            }
        }

        return Matched(inputs, catalogue, choices, hold);
    }

    static Drawn Held(Choice choice, double hold) =>
        new() { MessageId = "", Choices = [choice], Nearest = [], Propensity = hold, Method = PropensityMethod.Exact, HoldPropensity = hold };

    static Drawn Matched(DrawInputs inputs, CatalogueMessage[] catalogue, List<Choice> choices, double hold)
    {
        var frequency = inputs.Sets is [{ Dimension: Dimension.Frequency }, ..] ? choices[0] : null;
        var content = frequency is null ? choices : choices[1..];
        var options = new MatchOptions { Width = inputs.MatchWidth };
        int Sends(string id) => inputs.Sends28d.GetValueOrDefault(id);
        ulong Tie(string id) => Match.TieHash(id, inputs.DecisionId);
        if (content.Count == 0)
        {
            // A program without content sets has nothing to choose by: the message sent least, then the smaller hash.
            var first = catalogue.OrderBy(one => Sends(one.Id)).ThenBy(one => Tie(one.Id)).First();
            return new Drawn { MessageId = first.Id, Choices = [.. choices], Nearest = [new MatchCandidate(first.Id, 0, 0)], Propensity = 1 - hold, Method = PropensityMethod.Exact, HoldPropensity = hold };
        }

        var matching = new Matching(content, catalogue);
        var nearest = matching.Nearest(inputs.MatchWidth, Sends, Tie);
        var best = nearest[0].MessageId;
        if (matching.HoldsEveryCombinationOnce())
        {
            var picks = Picks(frequency, content, Array.Find(catalogue, one => one.Id == best)!);
            return Sent(CombinationPropensity.Of(picks, inputs.Sampling), 0, PropensityMethod.Exact);
        }

        MessageDistribution Distribution(SamplingOptions sampling) => MessagePropensity.Of(
            content, catalogue, Sends, Tie, sampling, options, MessagePropensity.DefaultRepeats, inputs.Random("propensity"));
        var sampledOnly = Distribution(inputs.Sampling with { SampleShare = 1 });
        var (propensity, error) = Estimated(frequency, sampledOnly, Distribution, inputs.Sampling, best);
        return Sent(propensity, error, sampledOnly.Method);

        Drawn Sent(double propensity, double error, PropensityMethod method) => new()
        {
            MessageId = best,
            Choices = [.. choices],
            Nearest = nearest.Length > 5 ? nearest[..5] : nearest,
            Propensity = propensity,
            StandardError = error,
            Method = method,
            HoldPropensity = hold,
        };
    }

    // Sending and its message share the draw of φ: the part with draws and the part with means each have their own pair of factors.
    static (double Propensity, double StandardError) Estimated(
        Choice? frequency, MessageDistribution sampledOnly, Func<SamplingOptions, MessageDistribution> distribution, SamplingOptions sampling, string message)
    {
        var (propensity, variance) = (0.0, 0.0);
        Add(1, sampling.SampleShare);
        Add(0, 1 - sampling.SampleShare);
        return (propensity, Math.Sqrt(variance));

        void Add(double share, double weight)
        {
            if (weight == 0)
            {
                return;
            }

            var part = sampling with { SampleShare = share };
            var factor = weight * (frequency is null ? 1 : CombinationPropensity.Of([(frequency, IndexOf(frequency, Send))], part));
            var own = (share == 1 ? sampledOnly : distribution(part)).Of(message);
            propensity += factor * own.Probability;
            variance += factor * own.StandardError * factor * own.StandardError;
        }
    }

    // Sets share the draw of φ, so sending and its message are one combination, not two factors.
    static List<(Choice Choice, int Candidate)> Picks(Choice? frequency, List<Choice> content, CatalogueMessage sent)
    {
        var picks = content.ConvertAll(choice => (choice, IndexOf(choice, sent.Actions[choice.SetId])));
        if (frequency is not null)
        {
            picks.Add((frequency, IndexOf(frequency, Send)));
        }

        return picks;
    }

    static int IndexOf(Choice choice, string action) => IndexIn(choice.Candidates, action);

    static int IndexIn(ImmutableArray<ChoiceCandidate> candidates, string action)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].Action == action)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"Action '{action}' is not among the candidates of its set.");
    }

    static double PropensityOf(Choice choice, string action)
    {
        foreach (var candidate in choice.Candidates)
        {
            if (candidate.Action == action)
            {
                return candidate.Propensity;
            }
        }

        return 0;
    }

    // Uniform over hold and send, then over eligible messages: a set's propensities are the shares of messages that carry its actions.
    static Drawn Uniformly(DrawInputs inputs, CatalogueMessage[] catalogue)
    {
        var choices = new List<Choice>(inputs.Sets.Length);
        var hold = 0.0;
        var picked = catalogue[inputs.Random("message").Next(catalogue.Length)];
        foreach (var set in inputs.Sets)
        {
            if (set.Dimension == Dimension.Frequency)
            {
                var choice = ThompsonSampling.ChooseUniformly(set.Id, set.Actions, inputs.Random(set.Id));
                choices.Add(choice);
                hold = PropensityOf(choice, Hold);
                if (choice.Action == Hold)
                {
                    return Held(choice, hold);
                }
            }
            else
            {
                choices.Add(ByShare(set, catalogue, picked));
            }
        }

        return new Drawn
        {
            MessageId = picked.Id,
            Choices = [.. choices],
            Nearest = [new MatchCandidate(picked.Id, 0, 0)],
            Propensity = (1 - hold) / catalogue.Length,
            Method = PropensityMethod.Exact,
            HoldPropensity = hold,
        };
    }

    static Choice ByShare(SetInput set, CatalogueMessage[] catalogue, CatalogueMessage picked)
    {
        var candidates = ImmutableArray.CreateBuilder<ChoiceCandidate>(set.Actions.Length);
        foreach (var action in set.Actions)
        {
            var share = (double)catalogue.Count(one => one.Actions[set.Id] == action.Action) / catalogue.Length;
            candidates.Add(new ChoiceCandidate(action.Action, action.Prior, action.Posterior, 0, share, share, share));
        }

        var all = candidates.MoveToImmutable();
        return new Choice(set.Id, ChoiceRule.Uniform, true, all, IndexIn(all, picked.Actions[set.Id]), false);
    }
}
