using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Grains.Programs;

/// <summary>What becomes of stored settings when somebody changes them.</summary>
public static class SettingsFlow
{
    /// <summary>The document in force, its defaults where nothing was ever stored.</summary>
    public static JsonElement Document(StoredSettings stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.Document ?? JsonElement.Parse(WorkspaceSettingsJson.Write(new WorkspaceSettings()));
    }

    /// <summary>What a document would loosen against what is in force, each as a sentence.</summary>
    public static IReadOnlyList<string> Loosened(StoredSettings stored, JsonElement document, Instant now)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return SettingsChanges.Loosened(ProgramDocuments.Settings(stored.Document), ProgramDocuments.Settings(document), now);
    }

    /// <summary>The settings with a document in force. A change that waits goes on waiting: it is compared with what is in force when it is approved.</summary>
    public static StoredSettings InForce(StoredSettings stored, JsonElement document)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored with { Document = document };
    }
}
