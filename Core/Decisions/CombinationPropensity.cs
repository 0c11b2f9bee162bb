namespace Aampe.Agents.Core.Decisions;

/// <summary>Probability of a whole vector of actions, one a set. Sets share the draw of φ, so it is not the product of their propensities.</summary>
/// <remarks>docs/method.md §10: φ·Π[(1 − ε)π + ε/n] + (1 − φ)·Π[(1 − ε)·largest mean + ε/n].</remarks>
public static class CombinationPropensity
{
    /// <summary>Probability of the actions that were taken.</summary>
    public static double Of(IReadOnlyList<Choice> choices, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return Of([.. choices.Select(choice => (choice, choice.ChosenIndex))], options);
    }

    /// <summary>Probability of any actions of the same sets.</summary>
    /// <param name="picks">A choice and the index of one of its candidates, for each set.</param>
    /// <param name="options">φ and ε with which the choices were made.</param>
    public static double Of(IReadOnlyList<(Choice Choice, int Candidate)> picks, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(picks);
        ArgumentNullException.ThrowIfNull(options);
        var (sampled, means) = (1.0, 1.0);
        foreach (var (choice, candidate) in picks)
        {
            sampled *= Explored(choice, choice.Candidates[candidate].SampledProbability, options);
            means *= Explored(choice, choice.Candidates[candidate].MeanProbability, options);
        }

        return options.SampleShare * sampled + (1 - options.SampleShare) * means;
    }

    // Uniform and fixed choices do not explore beyond their rule; a single candidate is certain.
    static double Explored(Choice choice, double probability, SamplingOptions options) =>
        choice.Rule != ChoiceRule.Thompson || choice.Candidates.Length == 1
            ? probability
            : (1 - options.Exploration) * probability + options.Exploration / choice.Candidates.Length;
}
