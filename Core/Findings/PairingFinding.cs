using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>Propensity pairing of an experiment.</summary>
/// <param name="Pairs">Pairs found.</param>
/// <param name="Unpaired">Treated users without a control inside the caliper.</param>
/// <param name="WhyNot">Why there are none; null = there are.</param>
/// <param name="Metrics">One entry a metric.</param>
/// <param name="BalanceBefore">Standardised differences over all users, by covariate; null = infinite or not known.</param>
/// <param name="BalanceAfter">The same over paired users.</param>
public sealed record PairingFinding(
    int Pairs, int Unpaired, WhyNotKnown? WhyNot, ImmutableArray<PairedMetric> Metrics, ImmutableArray<double?> BalanceBefore, ImmutableArray<double?> BalanceAfter);
