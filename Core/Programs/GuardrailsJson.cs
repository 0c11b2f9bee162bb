using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Programs;

/// <summary>The part of a document that states limits; programs and workspace settings share it.</summary>
static class GuardrailsJson
{
    public static readonly ImmutableArray<(string Name, CapPeriod Value)> Periods =
        [("localDay", CapPeriod.LocalDay), ("localWeek", CapPeriod.LocalWeek), ("rollingHours", CapPeriod.RollingHours)];

    static readonly ImmutableArray<(string Name, DayOfWeek Value)> Days =
    [
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday),
        ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday),
    ];

    static readonly ImmutableArray<(string Name, OnBlock Value)> Blocks = [("hold", OnBlock.Hold), ("deferToOpen", OnBlock.DeferToOpen)];

    static readonly ImmutableArray<(string Name, bool Value)> Counts = [("program", false), ("all", true)];

    /// <param name="standardId">Id of limits that state none.</param>
    /// <param name="ofProgram">Whether they are a program's: its caps may count what others sent.</param>
    public static Guardrails Read(Fields fields, string standardId, bool ofProgram)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var quiet = ImmutableArray.CreateBuilder<QuietHours>();
        var caps = ImmutableArray.CreateBuilder<Cap>();
        var blackouts = ImmutableArray.CreateBuilder<Blackout>();
        var budgets = ImmutableArray.CreateBuilder<Budget>();
        var rails = new Guardrails { Id = fields.Id("id", standardId) };
        ids.Add(rails.Id);
        fields.Each("quietHours", 0, 20, (element, pointer) => quiet.Add(ReadQuiet(new Fields(element, pointer, fields.Errors), ids)));
        fields.Each("caps", 0, 50, (element, pointer) => caps.Add(ReadCap(new Fields(element, pointer, fields.Errors), ids, ofProgram)));
        fields.Each("blackouts", 0, 50, (element, pointer) => blackouts.Add(ReadBlackout(new Fields(element, pointer, fields.Errors), ids)));
        fields.Each("budgets", 0, 20, (element, pointer) => budgets.Add(ReadBudget(new Fields(element, pointer, fields.Errors), ids)));
        rails = rails with
        {
            Quiet = quiet.ToImmutable(),
            Caps = caps.ToImmutable(),
            MinGap = fields.Span("minGapHours", null, TimeSpan.FromHours(1), 0.01, 840),
            Blackouts = blackouts.ToImmutable(),
            Budgets = budgets.ToImmutable(),
            RestAfterGoal = fields.Span("restAfterGoalHours", null, TimeSpan.FromHours(1), 0.01, 840),
            SuppressWhen = fields.Object("suppressWhen", required: false) is { } rule ? AudienceRuleJson.Read(rule) : null,
            OnBlock = fields.OneOf<OnBlock>("onBlock", Blocks, OnBlock.Hold),
            MaxDefer = fields.Hours("maxDeferHours", rails.MaxDefer, 0.25, 72),
        };
        fields.Close();
        return rails;
    }

    /// <summary>What was there in the first release is always stated, what came later only where it is set: old documents keep their bytes.</summary>
    public static JsonObject Write(Guardrails rails)
    {
        var json = new JsonObject
        {
            ["id"] = rails.Id,
            ["quietHours"] = new JsonArray([.. rails.Quiet.Select(Write)]),
            ["caps"] = new JsonArray([.. rails.Caps.Select(Write)]),
            ["minGapHours"] = rails.MinGap?.TotalHours,
        };
        if (rails.Blackouts.Length > 0)
        {
            json["blackouts"] = new JsonArray([.. rails.Blackouts.Select(Write)]);
        }

        if (rails.Budgets.Length > 0)
        {
            json["budgets"] = new JsonArray([.. rails.Budgets.Select(BudgetsJson.Write)]);
        }

        if (rails.RestAfterGoal is { } rest)
        {
            json["restAfterGoalHours"] = rest.TotalHours;
        }

        if (rails.SuppressWhen is { } rule)
        {
            json["suppressWhen"] = AudienceRuleJson.Write(rule);
        }

        if (rails.OnBlock != OnBlock.Hold)
        {
            json["onBlock"] = ProgramJson.NameOf(Blocks, rails.OnBlock);
        }

        if (rails.MaxDefer != Guardrails.None.MaxDefer)
        {
            json["maxDeferHours"] = rails.MaxDefer.TotalHours;
        }

        return json;
    }

    static JsonObject Write(QuietHours quiet)
    {
        var json = new JsonObject
        {
            ["id"] = quiet.Id,
            ["from"] = quiet.From.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["to"] = quiet.To.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["exceptChannels"] = ProgramJson.List(quiet.ExceptChannels),
        };
        if (quiet.Days.Length > 0)
        {
            json["days"] = ProgramJson.List(quiet.Days.Select(day => ProgramJson.NameOf(Days, day)));
        }

        return json;
    }

    static JsonObject Write(Cap cap)
    {
        var json = new JsonObject
        {
            ["id"] = cap.Id,
            ["channel"] = cap.Channel,
            ["count"] = cap.Count,
            ["per"] = ProgramJson.NameOf(Periods, cap.Per),
            ["hours"] = cap.Per == CapPeriod.RollingHours ? cap.Hours : null,
        };
        if (cap.Category is { } category)
        {
            json["category"] = category;
        }

        if (cap.CountsAll)
        {
            json["counts"] = "all";
        }

        return json;
    }

    static JsonObject Write(Blackout blackout) => new()
    {
        ["id"] = blackout.Id,
        ["from"] = blackout.From.ToString(),
        ["to"] = blackout.To.ToString(),
        ["channel"] = blackout.Channel,
    };

    static Blackout ReadBlackout(Fields fields, HashSet<string> ids)
    {
        var id = ReadId(fields, ids);
        var (from, to) = (fields.Moment("from"), fields.Moment("to"));
        var channel = fields.OptionalText("channel", 16);
        if (channel is not null)
        {
            ProgramJson.RequireChannel(fields, "channel", channel);
        }

        if (from is null || to is null)
        {
            fields.Refuse(fields.Pointer, ProgramErrorCode.Missing, "a blackout has from and to, moments such as 2026-12-24T00:00:00Z");
        }
        else if (to <= from)
        {
            fields.RefuseField("to", ProgramErrorCode.OutOfRange, $"must be later than from, {from}; was {to}");
        }

        fields.Close();
        return new Blackout(id, from ?? Instant.Earliest, to ?? Instant.Latest, channel);
    }

    static QuietHours ReadQuiet(Fields fields, HashSet<string> ids)
    {
        var days = fields.Texts("days", 0, 7, 3);
        var quiet = new QuietHours(ReadId(fields, ids), fields.Time("from"), fields.Time("to"), fields.Texts("exceptChannels", 0, 5, 16))
        {
            Days = [.. days.SelectMany(day => Days.Where(one => one.Name == day).Select(one => one.Value)).Distinct()],
        };
        for (var i = 0; i < days.Length; i++)
        {
            if (days[i].Length > 0 && !Days.Any(one => one.Name == days[i]))
            {
                fields.Refuse($"{fields.Pointer}/days/{i}", ProgramErrorCode.NotAllowed, $"must be one of {string.Join(", ", Days.Select(one => one.Name))}; was \"{days[i]}\"");
            }
        }

        for (var i = 0; i < quiet.ExceptChannels.Length; i++)
        {
            ProgramJson.RequireChannel(fields, $"exceptChannels/{i}", quiet.ExceptChannels[i]);
        }

        fields.Close();
        return quiet;
    }

    static Cap ReadCap(Fields fields, HashSet<string> ids, bool ofProgram)
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

        var category = fields.OptionalText("category", 16);
        if (category?.Length > 0 && !ProgramJson.Categories.Contains(category, StringComparer.Ordinal))
        {
            fields.RefuseField("category", ProgramErrorCode.NotAllowed, $"must be one of {string.Join(", ", ProgramJson.Categories)}; was \"{category}\"");
        }

        var countsAll = ofProgram && fields.OneOf<bool>("counts", Counts, false);
        fields.Close();
        return new Cap(id, channel, count, per, hours) { Category = category, CountsAll = countsAll };
    }

    static Budget ReadBudget(Fields fields, HashSet<string> ids) => BudgetsJson.ReadBudget(fields, ReadId(fields, ids));

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
