namespace Aampe.Agents.Storage;

/// <summary>The store refuses what the settings say: wrong password, no such database, no rights. Waiting does not help.</summary>
public sealed class StoreSettingException(string message, Exception? cause = null) : Exception(message, cause);
