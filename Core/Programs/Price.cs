namespace Aampe.Agents.Core.Programs;

/// <summary>An amount of money. Rates are never converted: two currencies cannot be compared.</summary>
/// <param name="Amount">≥ 0, at most six decimals.</param>
/// <param name="Currency">ISO 4217 code, three capital letters.</param>
public sealed record Price(decimal Amount, string Currency);
