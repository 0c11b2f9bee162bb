using System.Collections.Immutable;

namespace Aampe.Agents.Core.Experiments;

/// <summary>One user of an observational comparison.</summary>
/// <param name="Id">The user; settles ties by ordinal order.</param>
/// <param name="Treated">Whether at least one message was received.</param>
/// <param name="Covariates">Numbers known before the first message only; the same number and order for every user.</param>
/// <param name="Outcome">What is compared.</param>
public sealed record PairingUnit(string Id, bool Treated, ImmutableArray<double> Covariates, double Outcome);
