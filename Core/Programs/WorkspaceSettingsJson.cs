using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Audiences;
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
        var json = new JsonObject { ["timeZone"] = settings.TimeZone, ["guardrails"] = GuardrailsJson.Write(settings.Guardrails) };
        // Stated only where there is something: settings of earlier releases keep their bytes.
        if (settings.Audiences.Length > 0)
        {
            json["audiences"] = new JsonArray([.. settings.Audiences.Select(one => new JsonObject { ["id"] = one.Id, ["name"] = one.Name, ["rule"] = AudienceRuleJson.Write(one.Rule) })]);
        }

        if (settings.CostPerSend.Count > 0)
        {
            json["costPerSend"] = BudgetsJson.Write(settings.CostPerSend);
        }

        if (settings.SensitiveAttributes.Length > 0)
        {
            json["sensitiveAttributes"] = ProgramJson.List(settings.SensitiveAttributes);
        }

        if (settings.Attributes.Length > 0)
        {
            json["attributes"] = ProgramJson.List(settings.Attributes);
        }

        return CanonicalJson.Serialize(json);
    }

    static WorkspaceSettings Read(Fields fields)
    {
        var standard = new WorkspaceSettings();
        var audiences = ImmutableArray.CreateBuilder<NamedAudience>();
        fields.Each("audiences", 0, 100, (element, pointer) => audiences.Add(ReadAudience(new Fields(element, pointer, fields.Errors))));
        var settings = standard with
        {
            TimeZone = fields.Text("timeZone", 64, standard.TimeZone),
            Guardrails = fields.Object("guardrails", required: false) is { } rails ? GuardrailsJson.Read(rails, standard.Guardrails.Id, ofProgram: false) : standard.Guardrails,
            Audiences = audiences.ToImmutable(),
            CostPerSend = BudgetsJson.ReadPrices(fields.Object("costPerSend", required: false)),
            SensitiveAttributes = fields.Texts("sensitiveAttributes", 0, 200, 200),
            Attributes = fields.Texts("attributes", 0, 500, 200),
        };
        if (settings.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(settings.TimeZone, out _))
        {
            fields.RefuseField("timeZone", ProgramErrorCode.NotAllowed, $"must be an IANA zone such as Europe/Paris; was \"{settings.TimeZone}\"");
        }

        fields.Close();
        if (fields.Errors.Count == 0)
        {
            AudienceChecks.Check(settings, fields.Errors);
            BudgetChecks.Check(settings, fields.Errors);
        }

        return settings;
    }

    static NamedAudience ReadAudience(Fields fields)
    {
        var id = fields.Id("id");
        var audience = new NamedAudience(
            id, fields.Text("name", 200, id), fields.Object("rule", required: true) is { } rule ? AudienceRuleJson.Read(rule) : new AudienceRule.Any([]));
        fields.Close();
        return audience;
    }
}
