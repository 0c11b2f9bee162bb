using System.Text.Json.Nodes;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary>One set of a decision: what was chosen with which chance, and the chance of each candidate.</summary>
/// <param name="Id">Action set.</param>
/// <param name="Chosen">Action drawn.</param>
/// <param name="Propensity">Its chance, exploration included.</param>
/// <param name="Candidates">Chance of each action that could be drawn.</param>
sealed record ExportSet(string Id, string Chosen, double Propensity, IReadOnlyDictionary<string, double> Candidates);

/// <summary>One decision as an export has it, its effect beside it.</summary>
sealed record ExportRow
{
    public required string DecisionId { get; init; }

    /// <summary>The id of the host app, or a pseudonym.</summary>
    public required string UserId { get; init; }

    public required string ProgramId { get; init; }

    public required string DecidedAt { get; init; }

    public string? Arm { get; init; }

    public string? Mode { get; init; }

    public string? Verdict { get; init; }

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public string? Channel { get; init; }

    public string? MessageId { get; init; }

    public string? Context { get; init; }

    public double? Propensity { get; init; }

    public string? PropensityMethod { get; init; }

    public double? PropensityStdError { get; init; }

    public double? HoldPropensity { get; init; }

    public IReadOnlyList<ExportSet> Sets { get; init; } = [];

    public string? EffectState { get; init; }

    public double? Success { get; init; }

    public double? DeltaY { get; init; }

    public double? ProgramVersion { get; init; }

    public double? CohortVersion { get; init; }

    public required string RecordHash { get; init; }

    /// <summary>The message with what came of it and its chance, for whoever weighs by chances; null while the effect is not identified, or where no chance is known.</summary>
    public LoggedChoice? Choice => this is { MessageId: { } message, Propensity: > 0 and var chance, Success: { } success }
        ? new LoggedChoice(Context ?? "", message, success >= 0.5 ? 1 : 0, chance, PropensityMethod == "montecarlo")
        : null;

    /// <summary>The row of a stored decision and its effect, if that is final.</summary>
    public static ExportRow Of(StoredDecision stored, StoredEffect? effect, Func<string, string> name)
    {
        var record = Wire.Object(stored.Record);
        var receipt = effect is null ? null : Wire.Object(effect.Receipt);
        var drawn = record["drawn"]?.GetValue<bool>() == true;
        var versions = record["versions"] as JsonObject;
        return new ExportRow
        {
            DecisionId = stored.Id,
            UserId = name(stored.Agent),
            ProgramId = stored.Program,
            DecidedAt = record.Text("decidedAt") ?? stored.At.ToString(),
            Arm = record.Text("arm"),
            Mode = record.Text("mode"),
            Verdict = record.Text("verdict"),
            Reasons = [.. (record["reasons"] as JsonArray ?? []).Select(reason => reason!["code"]!.GetValue<string>())],
            Channel = record.Text("channel"),
            MessageId = record.Text("messageId"),
            Context = record.Text("context"),
            Propensity = record.Number("propensity"),
            PropensityMethod = record.Text("propensityMethod"),
            PropensityStdError = record.Number("propensityStdError"),
            HoldPropensity = record.Number("holdPropensity"),
            Sets = drawn && record["sets"] is JsonArray sets ? [.. sets.Select(set => Set(set!.AsObject()))] : [],
            EffectState = receipt?.Text("state") ?? "pending",
            Success = receipt?.Number("success"),
            DeltaY = receipt?.Number("deltaY"),
            ProgramVersion = versions?.Number("program"),
            CohortVersion = versions?.Number("cohort"),
            RecordHash = Core.Canonical.RecordHash.Of(stored.Record.Span),
        };
    }

    static ExportSet Set(JsonObject set) => new(
        set.Text("id")!, set.Text("chosen")!, set.Number("propensity") ?? 0,
        set["candidates"]!.AsArray().ToDictionary(one => one!["action"]!.GetValue<string>(), one => one!["propensity"]?.GetValue<double>() ?? 0, StringComparer.Ordinal));
}
