using System.Collections.Immutable;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Agents;

/// <summary>The parts of a decision's record as canonical JSON: names in their order, so that nothing is sorted and no tree is built.</summary>
internal static class RecordText
{
    static readonly string[] dimensions = [.. Enum.GetValues<Dimension>().Select(one => one.ToString().ToLowerInvariant())];

    public static void Sampling(CanonicalText text, SamplingOptions sampling, int width)
    {
        text.Raw("{\"exploration\":"u8);
        text.Number(sampling.Exploration);
        text.Raw(",\"matchWidth\":"u8);
        text.Number(width);
        text.Raw(",\"share\":"u8);
        text.Number(sampling.SampleShare);
        text.Raw("}"u8);
    }

    public static void Generator(CanonicalText text, string key, Sampler sampler)
    {
        text.Raw("{\"algorithm\":"u8);
        text.String(SeededRandom.NameOf(sampler));
        text.Raw(",\"key\":"u8);
        text.String(key);
        text.Raw("}"u8);
    }

    // Sorted already, by the order that canonical names have.
    public static void Counts(CanonicalText text, ImmutableSortedDictionary<string, int> counts)
    {
        text.Raw("{"u8);
        var item = 0;
        foreach (var (name, count) in counts)
        {
            text.Separate(item++);
            text.String(name);
            text.Raw(":"u8);
            text.Number(count);
        }

        text.Raw("}"u8);
    }

    /// <summary>Sets that were drawn: every candidate with prior, posterior, draw and propensity.</summary>
    public static void Drawn(CanonicalText text, ReadOnlySpan<Choice> choices, ReadOnlySpan<SetInput> sets)
    {
        text.Raw("["u8);
        for (var i = 0; i < choices.Length; i++)
        {
            text.Separate(i);
            Drawn(text, choices[i], sets[i].Dimension);
        }

        text.Raw("]"u8);
    }

    static void Drawn(CanonicalText text, Choice choice, Dimension dimension)
    {
        text.Raw("{\"candidates\":["u8);
        for (var j = 0; j < choice.Candidates.Length; j++)
        {
            var candidate = choice.Candidates[j];
            text.Separate(j);
            text.Raw("{\"action\":"u8);
            text.String(candidate.Action);
            text.Raw(",\"draw\":"u8);
            text.Number(candidate.Draw);
            Beliefs(text, candidate.Prior, candidate.Posterior, candidate.Price);
            text.Raw(",\"propensity\":"u8);
            text.Number(candidate.Propensity);
            text.Raw("}"u8);
        }

        text.Raw("],\"chosen\":"u8);
        text.String(choice.Action);
        text.Raw(",\"dimension\":"u8);
        text.String(dimensions[(int)dimension]);
        text.Raw(",\"explored\":"u8);
        text.Truth(choice.Explored);
        text.Raw(",\"id\":"u8);
        text.String(choice.SetId);
        text.Raw(",\"propensity\":"u8);
        text.Number(choice.Propensity);
        text.Raw(",\"sampled\":"u8);
        text.Truth(choice.Sampled);
        text.Raw("}"u8);
    }

    /// <summary>Sets that were not drawn, as after a hold.</summary>
    public static void Undrawn(CanonicalText text, ReadOnlySpan<SetInput> sets)
    {
        text.Raw("["u8);
        for (var i = 0; i < sets.Length; i++)
        {
            text.Separate(i);
            text.Raw("{\"candidates\":["u8);
            for (var j = 0; j < sets[i].Actions.Length; j++)
            {
                var action = sets[i].Actions[j];
                text.Separate(j);
                text.Raw("{\"action\":"u8);
                text.String(action.Action);
                Beliefs(text, action.Prior, action.Posterior, action.Price);
                text.Raw("}"u8);
            }

            text.Raw("],\"dimension\":"u8);
            text.String(dimensions[(int)sets[i].Dimension]);
            text.Raw(",\"id\":"u8);
            text.String(sets[i].Id);
            text.Raw("}"u8);
        }

        text.Raw("]"u8);
    }

    static void Beliefs(CanonicalText text, ArmPosterior prior, ArmPosterior posterior, double price)
    {
        text.Raw(",\"posterior\":"u8);
        Belief(text, posterior);
        if (price != 0)
        {
            text.Raw(",\"price\":"u8);
            text.Number(price);
        }

        text.Raw(",\"prior\":"u8);
        Belief(text, prior);
    }

    // As DecisionRecord.Belief spells it in a tree.
    static void Belief(CanonicalText text, ArmPosterior belief)
    {
        switch (belief)
        {
            case ArmPosterior.Beta beta:
                Numbers(text, beta.Posterior.Alpha, beta.Posterior.Beta);
                break;
            case ArmPosterior.Gaussian gaussian:
                Numbers(text, gaussian.Posterior.Mu, gaussian.Posterior.Kappa, gaussian.Posterior.A, gaussian.Posterior.B);
                break;
            case ArmPosterior.Normal normal:
                text.Raw("{\"deviation\":"u8);
                text.Number(normal.Spread);
                text.Raw(",\"mean\":"u8);
                text.Number(normal.Center);
                text.Raw("}"u8);
                break;
            default:
                throw new ArgumentException($"A decision holds Beta, Gaussian or normal beliefs; was {belief?.GetType().Name}.", nameof(belief));
        }
    }

    static void Numbers(CanonicalText text, params ReadOnlySpan<double> numbers)
    {
        text.Raw("["u8);
        for (var i = 0; i < numbers.Length; i++)
        {
            text.Separate(i);
            text.Number(numbers[i]);
        }

        text.Raw("]"u8);
    }

    public static void Proto(CanonicalText text, ImmutableArray<Choice> choices)
    {
        text.Raw("{"u8);
        var item = 0;
        foreach (var choice in choices.Sort(static (a, b) => string.CompareOrdinal(a.SetId, b.SetId)))
        {
            text.Separate(item++);
            text.String(choice.SetId);
            text.Raw(":"u8);
            text.String(choice.Action);
        }

        text.Raw("}"u8);
    }

    public static void Nearest(CanonicalText text, ReadOnlySpan<MatchCandidate> nearest)
    {
        text.Raw("["u8);
        for (var i = 0; i < nearest.Length; i++)
        {
            text.Separate(i);
            text.Raw("{\"distance\":"u8);
            text.Number(nearest[i].Distance);
            text.Raw(",\"messageId\":"u8);
            text.String(nearest[i].MessageId);
            text.Raw(",\"value\":"u8);
            text.Number(nearest[i].Value);
            text.Raw("}"u8);
        }

        text.Raw("]"u8);
    }

    /// <summary>All checks that were made.</summary>
    public static void Checks(CanonicalText text, IReadOnlyList<(string Channel, GuardrailVerdict Verdict)> verdicts)
    {
        text.Raw("["u8);
        for (var i = 0; i < verdicts.Count; i++)
        {
            var (channel, verdict) = verdicts[i];
            text.Separate(i);
            text.Raw("{\"channel\":"u8);
            text.String(channel);
            text.Raw(",\"code\":"u8);
            text.String(verdict.Code);
            text.Raw(",\"id\":"u8);
            text.String(verdict.Id);
            Finite(text, ",\"limit\":"u8, verdict.Limit);
            text.Raw(",\"passed\":"u8);
            text.Truth(verdict.Passed);
            Finite(text, ",\"value\":"u8, verdict.Value);
            text.Raw("}"u8);
        }

        text.Raw("]"u8);
    }

    static void Finite(CanonicalText text, ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } known && double.IsFinite(known))
        {
            text.Raw(name);
            text.Number(known);
        }
    }
}
