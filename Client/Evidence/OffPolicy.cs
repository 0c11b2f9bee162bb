namespace Aampe.Agents.Client;

/// <summary>What one policy would have brought, as a share of messages whose effect is a success.</summary>
/// <param name="Policy">logged, uniform or best_mean.</param>
/// <param name="Ips">Weighted by 1 / chance: unbiased.</param>
/// <param name="Snips">The same, divided by the sum of weights: a little biased, steadier.</param>
/// <param name="Dr">Doubly robust: an outcome model, corrected by weighted residuals.</param>
/// <param name="Rows">Messages used.</param>
/// <param name="EstimatedChances">Of these, messages whose chance was counted over redraws.</param>
/// <param name="EffectiveRows">How many equally weighted messages would say as much.</param>
/// <param name="MeanWeight">1 when the chances are right.</param>
/// <param name="MeanWeightError">Its standard error.</param>
/// <param name="Unreliable">Fewer than 100 effective rows, or a mean weight more than 3 errors from 1.</param>
/// <param name="Why">Why there is no number.</param>
public sealed record PolicyValue(
    string Policy, EvidenceEstimate Ips, EvidenceEstimate Snips, EvidenceEstimate Dr, int Rows, int EstimatedChances, double? EffectiveRows, double? MeanWeight, double? MeanWeightError, bool Unreliable, string? Why = null)
{
    /// <summary>Whether there are numbers.</summary>
    public bool Known => Why is null;
}

/// <summary>What other policies would have brought over the log of a program.</summary>
/// <param name="ProgramId">Program.</param>
/// <param name="Name">What people read.</param>
/// <param name="From">Start of the span.</param>
/// <param name="To">Its end.</param>
/// <param name="Alpha">1 − the level of the intervals.</param>
/// <param name="Sends">Messages drawn by agents in the span.</param>
/// <param name="Pending">Of these, effects that are not final.</param>
/// <param name="NotIdentified">Effects of which nothing can be told.</param>
/// <param name="WithoutChance">Messages with an effect and no chance.</param>
/// <param name="IsCut">Whether older messages of the span were left out.</param>
/// <param name="Best">The message with the largest mean over the whole log.</param>
/// <param name="Policies">logged, uniform, best_mean.</param>
public sealed record PolicyReport(
    string ProgramId, string Name, DateTimeOffset From, DateTimeOffset To, double Alpha, int Sends, int Pending, int NotIdentified, int WithoutChance, bool IsCut, string? Best, IReadOnlyList<PolicyValue> Policies);
