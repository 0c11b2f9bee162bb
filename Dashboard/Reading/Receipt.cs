using System.Text.Json;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>The effect receipt of a decision as the screen shows it.</summary>
public sealed record Receipt
{
    /// <summary>pending, identified, identifiedBySelf or notIdentified.</summary>
    public required string State { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? FinalAt { get; init; }

    /// <summary>The hand-over: zero of both windows.</summary>
    public DateTimeOffset? TreatedAt { get; init; }

    public double? WindowHours { get; init; }

    public double? UserBefore { get; init; }

    public double? UserAfter { get; init; }

    public double? OthersBefore { get; init; }

    public double? OthersAfter { get; init; }

    public double? Others { get; init; }

    public double? Effect { get; init; }

    public double? StandardError { get; init; }

    public double? Success { get; init; }

    public IReadOnlyList<Credit> Credited { get; init; } = [];

    /// <summary>Further fields, as name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> Further { get; init; } = [];

    /// <summary>The effect has a value.</summary>
    public bool Identified => State is "identified" or "identifiedBySelf" && Effect is not null;

    /// <summary>The 95 % interval of the effect; none when its variance is not known.</summary>
    public (double Low, double High)? Interval => Effect is { } e && StandardError is { } s ? (e - 1.96 * s, e + 1.96 * s) : null;

    /// <summary>Reads a receipt.</summary>
    public static Receipt Read(EffectReceipt from)
    {
        ArgumentNullException.ThrowIfNull(from);
        var r = from.More.Whole();
        var controls = r.Find("controls") ?? default;
        return new Receipt
        {
            State = from.State,
            Reason = from.Reason,
            DueAt = from.DueAt,
            FinalAt = from.FinalAt,
            TreatedAt = r.Moment("tInt") ?? r.Moment("treatedAt"),
            WindowHours = r.Number("windowHours"),
            UserBefore = r.Number("yPre"),
            UserAfter = r.Number("yPost"),
            OthersBefore = controls.Number("cPre"),
            OthersAfter = controls.Number("cPost"),
            Others = controls.Number("k"),
            Effect = from.DeltaY,
            StandardError = r.Number("standardError") ?? (from.Variance is { } v ? Math.Sqrt(v) : null),
            Success = from.Success,
            Credited = [.. r.Items("credited").Select(one => new Credit(one.Text("set") ?? "", one.Text("action") ?? "", one.Numbers("before"), one.Numbers("after")))],
            Further = [.. Rest(r)],
        };
    }

    static IEnumerable<(string, string)> Rest(JsonElement r)
    {
        string[] shown = ["goalId", "preCount", "postCount", "weightsVersion", "cohortVersion"];
        foreach (var name in shown)
        {
            if (r.Find(name) is { } value)
            {
                yield return (name, value.Shown());
            }
        }

        foreach (var group in (string[])["controls", "overlap"])
        {
            if (r.Find(group) is { ValueKind: JsonValueKind.Object } all)
            {
                foreach (var field in all.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null))
                {
                    yield return ($"{group} {field.Name}", field.Value.Shown());
                }
            }
        }
    }
}

/// <summary>How the evidence of one action moved: successes and failures before and after.</summary>
public sealed record Credit(string Set, string Action, IReadOnlyList<double> Before, IReadOnlyList<double> After);
