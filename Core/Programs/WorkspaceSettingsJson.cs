using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Programs;

/// <summary>Workspace settings as a JSON document (docs/program-file.md).</summary>
public static class WorkspaceSettingsJson
{
    /// <summary>Reads a document; comments are allowed, unknown fields are refused.</summary>
    /// <param name="utf8">The document.</param>
    public static WorkspaceSettingsParse Parse(ReadOnlySpan<byte> utf8)
    {
        var errors = new List<ProgramError>();
        using var document = JsonDoor.Open(utf8, errors);
        if (document is null)
        {
            return new WorkspaceSettingsParse.Bad([.. errors]);
        }

        var settings = Read(new Fields(document.RootElement, "", errors));
        return errors.Count == 0 ? new WorkspaceSettingsParse.Ok(settings) : new WorkspaceSettingsParse.Bad([.. errors]);
    }

    /// <summary>The document of settings without version and kill switch: canonical JSON (RFC 8785), so equal settings give equal bytes.</summary>
    public static byte[] Write(WorkspaceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return CanonicalJson.Serialize(new JsonObject
        {
            ["timeZone"] = settings.TimeZone,
            ["guardrails"] = GuardrailsJson.Write(settings.Guardrails),
        });
    }

    static WorkspaceSettings Read(Fields fields)
    {
        var standard = new WorkspaceSettings();
        var settings = standard with
        {
            TimeZone = fields.Text("timeZone", 64, standard.TimeZone),
            Guardrails = fields.Object("guardrails", required: false) is { } rails ? GuardrailsJson.Read(rails, standard.Guardrails.Id) : standard.Guardrails,
        };
        if (settings.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(settings.TimeZone, out _))
        {
            fields.RefuseField("timeZone", ProgramErrorCode.NotAllowed, $"must be an IANA zone such as Europe/Paris; was \"{settings.TimeZone}\"");
        }

        fields.Close();
        return settings;
    }
}
