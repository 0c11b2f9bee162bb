using System.Text.Json;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>The why of a decision, read from its stored record: the numbers on screen are the numbers of the record.</summary>
public sealed record DecisionCard
{
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public string? ProgramId { get; init; }

    public long? Ordinal { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Trigger { get; init; }

    public string? Context { get; init; }

    public string? Arm { get; init; }

    /// <summary>send or hold.</summary>
    public required string Verdict { get; init; }

    public IReadOnlyList<CardReason> Reasons { get; init; } = [];

    public IReadOnlyList<CardSet> Sets { get; init; } = [];

    public IReadOnlyList<CardMatch> Match { get; init; } = [];

    public string? MessageId { get; init; }

    public string? Channel { get; init; }

    public double? Propensity { get; init; }

    public string? PropensityMethod { get; init; }

    public double? HoldPropensity { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public string? SendAtLocal { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Zone, where it is known from, and since when.</summary>
    public (string Id, string? Source, DateTimeOffset? AsOf)? Zone { get; init; }

    public IReadOnlyList<CardGuardrail> Guardrails { get; init; } = [];

    /// <summary>Decayed recent messages, where the joint model chose; none = another model.</summary>
    public double? JointLoad { get; init; }

    /// <summary>Versions and generator, as name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> Origins { get; init; } = [];

    /// <summary>Reads a record.</summary>
    public static DecisionCard Read(ReadOnlyMemory<byte> canonical)
    {
        using var document = JsonDocument.Parse(canonical);
        var r = document.RootElement;
        return new DecisionCard
        {
            Id = r.Text("id") ?? throw new FormatException("The record of the decision has no id."),
            UserId = r.Text("userId") ?? "",
            ProgramId = r.Text("programId"),
            Ordinal = (long?)r.Number("ordinal"),
            DecidedAt = r.Moment("decidedAt"),
            Trigger = r.Text("trigger"),
            Context = r.Find("context")?.Shown(),
            Arm = r.Text("arm"),
            Verdict = r.Text("verdict") ?? throw new FormatException("The record of the decision has no verdict."),
            Reasons = [.. r.Items("reasons").Select(CardReason.Read)],
            Sets = [.. r.Items("sets").Select(CardSet.Read)],
            Match = [.. r.Items("match").Select(one => new CardMatch(one.Text("messageId") ?? "", one.Number("distance"), one.Number("value")))],
            MessageId = r.Text("messageId"),
            Channel = r.Text("channel"),
            Propensity = r.Number("propensity"),
            PropensityMethod = r.Text("propensityMethod"),
            HoldPropensity = r.Number("holdPropensity"),
            SendAt = r.Moment("sendAt"),
            SendAtLocal = r.Text("sendAtLocal"),
            ExpiresAt = r.Moment("expiresAt"),
            Zone = r.Find("timeZone") is { } zone ? (zone.Text("id") ?? "unknown", zone.Text("source"), zone.Moment("asOf")) : null,
            Guardrails = [.. r.Items("guardrails").Select(one => new CardGuardrail(one.Text("id") ?? one.Text("guardrailId") ?? one.Text("code") ?? "", one.Text("channel"), one.Flag("passed") ?? false, one.Find("value")?.Shown(), one.Find("limit")?.Shown()))],
            JointLoad = r.Find("joint")?.Number("load"),
            Origins = [.. Pairs(r, "versions", ""), .. Pairs(r, "rng", "generator ")],
        };
    }

    static (string, string)[] Pairs(JsonElement record, string name, string before) =>
        record.Find(name) is { ValueKind: JsonValueKind.Object } all ? all.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => (before + p.Name, p.Value.Shown())).ToArray() : [];
}

/// <summary>Why a decision is a hold.</summary>
public sealed record CardReason(string Code, string? GuardrailId, string? Value, string? Limit, DateTimeOffset? RetryAfter)
{
    internal static CardReason Read(JsonElement one) => one.ValueKind == JsonValueKind.String
        ? new CardReason(one.GetString()!, null, null, null, null)
        : new CardReason(one.Text("code") ?? "", one.Text("guardrailId"), one.Find("value")?.Shown(), one.Find("limit")?.Shown(), one.Moment("retryAfter"));
}

/// <summary>A message and how near it is to the labels that were drawn.</summary>
public sealed record CardMatch(string MessageId, double? Distance, double? Value);

/// <summary>A guardrail and what it met.</summary>
public sealed record CardGuardrail(string Id, string? Channel, bool Passed, string? Value, string? Limit);

/// <summary>One action set of the decision.</summary>
public sealed record CardSet(string Id, string? Dimension, string? Chosen, IReadOnlyList<CardCandidate> Candidates)
{
    internal static CardSet Read(JsonElement one)
    {
        var chosen = one.Text("chosen");
        return new CardSet(one.Text("id") ?? "", one.Text("dimension"), chosen, [.. one.Items("candidates").Select(c => CardCandidate.Read(c, chosen))]);
    }
}

/// <summary>One action that could be drawn.</summary>
/// <param name="Action">Its id.</param>
/// <param name="Prior">Belief before the user's own evidence.</param>
/// <param name="Posterior">Belief after it.</param>
/// <param name="Draw">Value drawn; none when this arm does not draw.</param>
/// <param name="Propensity">Probability of being chosen.</param>
/// <param name="Chosen">It was.</param>
public sealed record CardCandidate(string Action, Belief? Prior, Belief? Posterior, double? Draw, double? Propensity, bool Chosen)
{
    internal static CardCandidate Read(JsonElement one, string? chosen)
    {
        var action = one.Text("action") ?? "";
        return new CardCandidate(action, Belief.Of(one, "prior"), Belief.Of(one, "posterior"), one.Number("draw"), one.Number("propensity"), action == chosen);
    }

    /// <summary>What the user's own evidence added, in words.</summary>
    public string Evidence => (Prior?.Numbers, Posterior?.Numbers) switch
    {
        ({ Count: 2 } a, { Count: 2 } b) when Prior.IsNormal && Posterior.IsNormal => $"moved the mean by {Figures.Plain(b[0] - a[0], 3)}, deviation {Figures.Plain(a[1], 3)} to {Figures.Plain(b[1], 3)}",
        ({ Count: 2 } a, { Count: 2 } b) => $"{Figures.Plain(Math.Max(0, b[0] - a[0]))} successes, {Figures.Plain(Math.Max(0, b[1] - a[1]))} failures",
        ({ Count: 4 } a, { Count: 4 } b) => $"{Figures.Plain(Math.Max(0, b[1] - a[1]))} effects",
        _ => "not known",
    };
}

/// <summary>What is believed of an action: two numbers are a Beta, four a normal–inverse-gamma; a mean and a deviation by name are a normal law.</summary>
public sealed record Belief(IReadOnlyList<double> Numbers, ArmPosterior Law)
{
    /// <summary>Reads parameters; none when there are none.</summary>
    internal static Belief? Of(JsonElement candidate, string name)
    {
        if (candidate.Find(name) is { ValueKind: JsonValueKind.Object } normal)
        {
            return normal.Number("mean") is { } mean && normal.Number("deviation") is { } deviation and > 0 ? new Belief([mean, deviation], new ArmPosterior.Normal(mean, deviation)) : null;
        }

        var n = candidate.Numbers(name);
        return n.Count switch
        {
            2 => new Belief(n, ArmPosterior.Of(new BetaPosterior(n[0], n[1]))),
            4 => new Belief(n, ArmPosterior.Of(new GaussianPosterior(n[0], n[1], n[2], n[3]))),
            _ => null,
        };
    }

    /// <summary>Whether the belief is about a difference in outcomes, joint with all others of the user.</summary>
    public bool IsNormal => Law is ArmPosterior.Normal;

    /// <summary>"0.21 [0.12, 0.33]", the mean with its 90 % interval.</summary>
    public string Shown => $"{Figures.Plain(Law.Mean)} [{Figures.Plain(Law.Quantile(0.05))}, {Figures.Plain(Law.Quantile(0.95))}]";

    /// <summary>"Beta(2, 8)".</summary>
    public string Name => (IsNormal ? "Normal(" : Numbers.Count == 2 ? "Beta(" : "NIG(") + string.Join(", ", Numbers.Select(n => Figures.Plain(n, 4))) + ")";
}
