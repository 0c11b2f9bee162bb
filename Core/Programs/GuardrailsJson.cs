using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Programs;

/// <summary>The part of a document that states limits; programs and workspace settings share it.</summary>
static class GuardrailsJson
{
    public static readonly ImmutableArray<(string Name, CapPeriod Value)> Periods =
        [("localDay", CapPeriod.LocalDay), ("localWeek", CapPeriod.LocalWeek), ("rollingHours", CapPeriod.RollingHours)];

    /// <param name="standardId">Id of limits that state none.</param>
    public static Guardrails Read(Fields fields, string standardId)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var quiet = ImmutableArray.CreateBuilder<QuietHours>();
        var caps = ImmutableArray.CreateBuilder<Cap>();
        var rails = new Guardrails { Id = fields.Id("id", standardId) };
        ids.Add(rails.Id);
        fields.Each("quietHours", 0, 20, (element, pointer) => quiet.Add(ReadQuiet(new Fields(element, pointer, fields.Errors), ids)));
        fields.Each("caps", 0, 50, (element, pointer) => caps.Add(ReadCap(new Fields(element, pointer, fields.Errors), ids)));
        rails = rails with
        {
            Quiet = quiet.ToImmutable(),
            Caps = caps.ToImmutable(),
            MinGap = fields.Span("minGapHours", null, TimeSpan.FromHours(1), 0.01, 840),
        };
        fields.Close();
        return rails;
    }

    public static JsonObject Write(Guardrails rails) => new()
    {
        ["id"] = rails.Id,
        ["quietHours"] = new JsonArray([.. rails.Quiet.Select(quiet => new JsonObject
        {
            ["id"] = quiet.Id,
            ["from"] = quiet.From.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["to"] = quiet.To.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["exceptChannels"] = ProgramJson.List(quiet.ExceptChannels),
        })]),
        ["caps"] = new JsonArray([.. rails.Caps.Select(cap => new JsonObject
        {
            ["id"] = cap.Id,
            ["channel"] = cap.Channel,
            ["count"] = cap.Count,
            ["per"] = ProgramJson.NameOf(Periods, cap.Per),
            ["hours"] = cap.Per == CapPeriod.RollingHours ? cap.Hours : null,
        })]),
        ["minGapHours"] = rails.MinGap?.TotalHours,
    };

    static QuietHours ReadQuiet(Fields fields, HashSet<string> ids)
    {
        var quiet = new QuietHours(ReadId(fields, ids), fields.Time("from"), fields.Time("to"), fields.Texts("exceptChannels", 0, 5, 16));
        for (var i = 0; i < quiet.ExceptChannels.Length; i++)
        {
            ProgramJson.RequireChannel(fields, $"exceptChannels/{i}", quiet.ExceptChannels[i]);
        }

        fields.Close();
        return quiet;
    }

    static Cap ReadCap(Fields fields, HashSet<string> ids)
    {
        var id = ReadId(fields, ids);
        var channel = fields.OptionalText("channel", 16);
        if (channel is not null)
        {
            ProgramJson.RequireChannel(fields, "channel", channel);
        }

        var count = fields.RequiredInteger("count", 0, 10_000);
        var per = fields.OneOf("per", Periods, null);
        var hours = fields.OptionalInteger("hours", 0, 840) ?? 0;
        if (per == CapPeriod.RollingHours && hours == 0)
        {
            fields.RefuseField("hours", ProgramErrorCode.Missing, "a cap per rollingHours needs its hours, 1 to 840");
        }
        else if (per != CapPeriod.RollingHours && hours != 0)
        {
            fields.RefuseField("hours", ProgramErrorCode.NotAllowed, $"only a cap per rollingHours has hours; was {hours}. Remove it");
        }

        fields.Close();
        return new Cap(id, channel, count, per, hours);
    }

    static string ReadId(Fields fields, HashSet<string> ids)
    {
        var id = fields.Id("id");
        if (id.Length > 0 && !ids.Add(id))
        {
            fields.RefuseField("id", ProgramErrorCode.Duplicate, $"\"{id}\" names another guardrail already; hold reasons need one each");
        }

        return id;
    }
}
