namespace Aampe.Agents.Core.Experiments;

/// <summary>A treated user and the control it is compared with.</summary>
/// <param name="Treated">Id of the treated user.</param>
/// <param name="Control">Id of the control.</param>
public sealed record UserPair(string Treated, string Control);
