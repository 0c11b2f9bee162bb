using System.Collections.Immutable;
using Aampe.Agents.Core.Audiences;

namespace Aampe.Agents.Core.Programs;

/// <summary>What holds for every program of a workspace.</summary>
public sealed record WorkspaceSettings
{
    /// <summary>Number of this version; ≥ 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Zone of users of whom none is known, as an IANA id.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Limits over all programs; defaults of docs/method.md.</summary>
    public Guardrails Guardrails { get; init; } = Defaults;

    /// <summary>What one send over a channel costs, where its message does not say: budgets are counted by it.</summary>
    public ImmutableSortedDictionary<string, Price> CostPerSend { get; init; } = ImmutableSortedDictionary.Create<string, Price>(StringComparer.Ordinal);

    /// <summary>True stops every activation at once.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>Audiences that rules and programs name.</summary>
    public ImmutableArray<NamedAudience> Audiences { get; init; } = [];

    /// <summary>Attributes that decide nothing and are shown to nobody: no rule, eligibility, template or market may read them.</summary>
    public ImmutableArray<string> SensitiveAttributes { get; init; } = [];

    /// <summary>The attributes that there are, sensitive ones too; empty = any, so that a misspelt one is found by nobody.</summary>
    public ImmutableArray<string> Attributes { get; init; } = [];

    /// <summary>What a send over a channel costs: what its message says, else what is said of the channel; null = nobody says.</summary>
    public Price? CostOf(string channel, Price? own) => own ?? CostPerSend.GetValueOrDefault(channel);

    /// <summary>Attributes that rules may read.</summary>
    public IReadOnlyCollection<string> UsableAttributes => [.. Attributes.Where(name => !IsSensitive(name))];

    /// <summary>Whether an attribute decides nothing and is shown to nobody.</summary>
    public bool IsSensitive(string attribute) => SensitiveAttributes.Contains(attribute, StringComparer.Ordinal);

    /// <summary>A named audience, or null.</summary>
    public NamedAudience? Audience(string id)
    {
        foreach (var audience in Audiences)
        {
            if (audience.Id == id)
            {
                return audience;
            }
        }

        return null;
    }

    /// <summary>Quiet 21:00–08:00 but for in-app; push 1 a day, e-mail 3, SMS 1 and WhatsApp 1 a week, in-app 3 a day, 5 a week over all, 8 h apart.</summary>
    public static Guardrails Defaults { get; } = new()
    {
        Id = "grd_workspace",
        Quiet = [new QuietHours("grd_quiet", new TimeOnly(21, 0), new TimeOnly(8, 0), ["in_app"])],
        Caps =
        [
            new Cap("grd_push_day", "push", 1, CapPeriod.LocalDay, 0),
            new Cap("grd_email_week", "email", 3, CapPeriod.LocalWeek, 0),
            new Cap("grd_sms_week", "sms", 1, CapPeriod.LocalWeek, 0),
            new Cap("grd_whatsapp_week", "whatsapp", 1, CapPeriod.LocalWeek, 0),
            new Cap("grd_in_app_day", "in_app", 3, CapPeriod.LocalDay, 0),
            new Cap("grd_overall_week", null, 5, CapPeriod.LocalWeek, 0),
        ],
        MinGap = TimeSpan.FromHours(8),
    };
}
