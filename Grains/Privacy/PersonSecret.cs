namespace Aampe.Agents.Grains.Privacy;

/// <summary>The secret of the installation under which people who asked to be forgotten are kept.</summary>
/// <param name="Key">Random bytes; whoever has them and an id can tell whether the id is in the register.</param>
public sealed record PersonSecret(byte[] Key);
