namespace Aampe.Agents.Storage;

/// <summary>A setting that is fixed when a store is made was changed, or the store is of a later release.</summary>
public sealed class StoreMismatchException(string message) : Exception(message);
