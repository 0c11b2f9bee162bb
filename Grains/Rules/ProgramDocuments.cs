using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Programs;

namespace Aampe.Agents.Grains.Rules;

/// <summary>Reads stored documents back. They were validated before they were stored: what does not read now was written by a newer release.</summary>
public static class ProgramDocuments
{
    /// <summary>The program of a stored document.</summary>
    /// <exception cref="InvalidDataException">This release cannot read it.</exception>
    public static ProgramDefinition Program(ProgramDocument stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return ProgramJson.Parse(stored.Document) is ProgramParse.Ok ok
            ? ok.Program with { Version = checked((int)stored.Version), State = Enum.Parse<ProgramState>(stored.State, ignoreCase: true) }
            : throw new InvalidDataException($"Program '{stored.Id}' version {stored.Version} cannot be read by this release.");
    }

    /// <summary>Settings of a stored document; the defaults when there is none.</summary>
    /// <exception cref="InvalidDataException">This release cannot read them.</exception>
    public static WorkspaceSettings Settings(byte[] stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.Length == 0)
        {
            return new WorkspaceSettings();
        }

        var wrapped = JsonSerializer.Deserialize<StoredSettings>(stored)!;
        return Settings(wrapped.Document) with { Version = checked((int)wrapped.Version), KillSwitch = wrapped.KillSwitch };
    }

    /// <summary>Settings of a document; null = defaults.</summary>
    /// <exception cref="InvalidDataException">A later release wrote it.</exception>
    public static WorkspaceSettings Settings(JsonElement? document) => document is null ? new WorkspaceSettings()
        : WorkspaceSettingsJson.Parse(JsonSerializer.SerializeToUtf8Bytes(document)) is WorkspaceSettingsParse.Ok ok ? ok.Settings
        : throw new InvalidDataException("The workspace settings cannot be read by this release.");
}

/// <summary>Settings as stored: the document that people write, and the switch beside it.</summary>
/// <param name="Version">Version.</param>
/// <param name="KillSwitch">Whether everything is stopped.</param>
/// <param name="Reason">Why.</param>
/// <param name="Document">The document; null = defaults.</param>
/// <param name="Draft">A change that waits for somebody else's approval; null when none does.</param>
/// <param name="Proposal">Who wrote on it; null when none waits.</param>
public sealed record StoredSettings(long Version, bool KillSwitch, string Reason, JsonElement? Document, JsonElement? Draft = null, Proposal? Proposal = null);
