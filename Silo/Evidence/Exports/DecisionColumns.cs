namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary>A column of a table of decisions: text or a number.</summary>
/// <param name="Name">Its head.</param>
/// <param name="Text">Reads it as text; null = it is a number.</param>
/// <param name="Number">Reads it as a number; null = it is text.</param>
sealed record DecisionColumn(string Name, Func<ExportRow, string?>? Text, Func<ExportRow, double?>? Number);

/// <summary>The columns of decisions in CSV and Parquet alike.</summary>
static class DecisionColumns
{
    /// <summary>Columns of some rows; each set of any row has one for what was chosen and one for its chance.</summary>
    public static IReadOnlyList<DecisionColumn> Of(IReadOnlyList<ExportRow> rows) =>
    [
        Text("decision_id", row => row.DecisionId), Text("user_id", row => row.UserId), Text("program_id", row => row.ProgramId), Text("decided_at", row => row.DecidedAt), Text("arm", row => row.Arm), Text("mode", row => row.Mode),
        Text("verdict", row => row.Verdict), Text("reasons", row => string.Join(' ', row.Reasons)), Text("channel", row => row.Channel), Text("message_id", row => row.MessageId), Text("context", row => row.Context),
        Number("propensity", row => row.Propensity), Text("propensity_method", row => row.PropensityMethod), Number("propensity_std_error", row => row.PropensityStdError), Number("hold_propensity", row => row.HoldPropensity),
        .. rows.SelectMany(row => row.Sets.Select(set => set.Id)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).SelectMany(Set),
        Number("success", row => row.Success), Number("delta_y", row => row.DeltaY), Text("effect_state", row => row.EffectState), Number("program_version", row => row.ProgramVersion), Number("cohort_version", row => row.CohortVersion),
        Text("record_hash", row => row.RecordHash),
    ];

    static IEnumerable<DecisionColumn> Set(string id) =>
        [Text($"{id}_chosen", row => Find(row, id)?.Chosen), Number($"{id}_propensity", row => Find(row, id)?.Propensity)];

    static ExportSet? Find(ExportRow row, string id) => row.Sets.FirstOrDefault(set => set.Id == id);

    static DecisionColumn Text(string name, Func<ExportRow, string?> of) => new(name, of, null);

    static DecisionColumn Number(string name, Func<ExportRow, double?> of) => new(name, null, of);
}
