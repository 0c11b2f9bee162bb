using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Client.Http;

/// <summary>Evidence over HTTP.</summary>
sealed class HttpEvidence(HttpTransport transport) : HttpDesk(transport), IEvidence
{
    public async ValueTask<IReadOnlyList<ProgramSummary>> ProgramsAsync(CancellationToken ct = default) =>
        (await GetAsync("v1/programs", WireJson.Default.PageProgramSummary, ct).ConfigureAwait(false)).Items;

    public ValueTask<ActionSets> ActionSetsAsync(string programId, CancellationToken ct = default) => GetAsync(Program(programId, "/action-sets"), EvidenceJson.Default.ActionSets, ct);

    public ValueTask<ContentMap> ContentMapAsync(string programId, string? rows = null, string? columns = null, string? channel = null, string? locale = null, CancellationToken ct = default) =>
        GetAsync(Program(programId, "/content-map") + Query.Of(("rows", rows), ("columns", columns), ("channel", channel), ("locale", locale)), EvidenceJson.Default.ContentMap, ct);

    public ValueTask<Insights> InsightsAsync(string programId, CancellationToken ct = default) => GetAsync(Program(programId, "/insights"), EvidenceJson.Default.Insights, ct);

    public async ValueTask<IReadOnlyList<ExperimentSummary>> ExperimentsAsync(CancellationToken ct = default) =>
        (await GetAsync("v1/experiments", EvidenceJson.Default.PageExperimentSummary, ct).ConfigureAwait(false)).Items;

    public ValueTask<Table1> Table1Async(string programId, double alpha = 0.01, string? population = null, bool everyLook = false, CancellationToken ct = default) =>
        GetAsync(Experiment(programId, "/table1") + Query.Of(("alpha", Number(alpha)), ("population", population), ("everyLook", everyLook ? "true" : null)), EvidenceJson.Default.Table1, ct);

    public ValueTask<Operation> CountAsync(string programId, CancellationToken ct = default) => SendAsync(HttpMethod.Post, Experiment(programId, "/count"), Nothing, ct);

    public ValueTask<ReadOnlyMemory<byte>> Table1CsvAsync(string programId, double alpha = 0.01, CancellationToken ct = default) =>
        BytesAsync(Experiment(programId, "/table1") + Query.Of(("alpha", Number(alpha)), ("format", "csv")), ct);

    public ValueTask<PowerOfExperiment> PowerAsync(string programId, IReadOnlyList<int>? days = null, double alpha = 0.01, CancellationToken ct = default) =>
        GetAsync(Experiment(programId, "/power") + Query.Of(("days", days is null ? null : string.Join(',', days.Select(day => Query.Number(day)))), ("alpha", Number(alpha))), EvidenceJson.Default.PowerOfExperiment, ct);

    public ValueTask<PolicyReport> OffPolicyAsync(string programId, DateTimeOffset? from = null, DateTimeOffset? to = null, double alpha = 0.01, CancellationToken ct = default) =>
        GetAsync(Experiment(programId, "/off-policy") + Query.Of(("from", from?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)), ("to", to?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)), ("alpha", Number(alpha))), EvidenceJson.Default.PolicyReport, ct);

    public ValueTask<Operation> ExportAsync(ExportRequest request, CancellationToken ct = default) =>
        SendAsync(HttpMethod.Post, "v1/exports", JsonSerializer.SerializeToUtf8Bytes(request, EvidenceJson.Default.ExportRequest), ct);

    public ValueTask<ReadOnlyMemory<byte>> ExportFileAsync(string operationId, CancellationToken ct = default) => BytesAsync($"v1/exports/{Uri.EscapeDataString(operationId)}/file", ct);

    public async ValueTask<Operation?> OperationAsync(string operationId, CancellationToken ct = default) =>
        await Transport.CallAsync(Call(HttpMethod.Get, OperationPath(operationId), Nothing) with { NullOn404 = true }, EvidenceJson.Default.Operation, ct).ConfigureAwait(false);

    public ValueTask<Operation> CancelOperationAsync(string operationId, CancellationToken ct = default) => SendAsync(HttpMethod.Post, OperationPath(operationId) + "/cancel", Nothing, ct);

    public ValueTask<Operation> SimulateAsync(string programId, SimulationRequest request, CancellationToken ct = default) =>
        SendAsync(HttpMethod.Post, Program(programId, "/simulations"), JsonSerializer.SerializeToUtf8Bytes(request, EvidenceJson.Default.SimulationRequest), ct);

    public ValueTask<LaunchGate> LaunchGateAsync(string programId, CancellationToken ct = default) => GetAsync(Program(programId, "/launch-gate"), EvidenceJson.Default.LaunchGate, ct);

    static string Program(string programId, string rest) => Path("v1/programs", programId, rest);

    static string Experiment(string programId, string rest) => Path("v1/experiments", programId, rest);

    static string OperationPath(string operationId) => Path("v1/operations", operationId, "");

    static string Path(string start, string id, string rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"{start}/{Uri.EscapeDataString(id)}{rest}";
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    async ValueTask<Operation> SendAsync(HttpMethod method, string path, byte[] body, CancellationToken ct) =>
        (await Transport.CallAsync(Call(method, path, body) with { Repeatable = false }, EvidenceJson.Default.Operation, ct).ConfigureAwait(false))!;

    async ValueTask<ReadOnlyMemory<byte>> BytesAsync(string path, CancellationToken ct) =>
        (await Transport.CallAsync(Call(HttpMethod.Get, path, Nothing), ct).ConfigureAwait(false))!.Body;
}
