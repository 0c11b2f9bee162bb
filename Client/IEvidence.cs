namespace Aampe.Agents.Client;

/// <summary>What proves and explains: effects of each action, content gaps, experiments, insights, exports, simulations. Sums over users, never one person.</summary>
public interface IEvidence
{
    /// <summary>All programs.</summary>
    ValueTask<IReadOnlyList<ProgramSummary>> ProgramsAsync(CancellationToken ct = default);

    /// <summary>Action sets of a program with what is known of each action.</summary>
    ValueTask<ActionSets> ActionSetsAsync(string programId, CancellationToken ct = default);

    /// <summary>Messages for each pair of actions of two sets, and what pairs without one are worth.</summary>
    /// <param name="rows">Set of the rows; <see langword="null"/> = the first.</param>
    /// <param name="columns">Set of the columns; <see langword="null"/> = the next.</param>
    ValueTask<ContentMap> ContentMapAsync(string programId, string? rows = null, string? columns = null, string? channel = null, string? locale = null, CancellationToken ct = default);

    /// <summary>What was learnt, in sentences.</summary>
    ValueTask<Insights> InsightsAsync(string programId, CancellationToken ct = default);

    /// <summary>Every program's experiment.</summary>
    ValueTask<IReadOnlyList<ExperimentSummary>> ExperimentsAsync(CancellationToken ct = default);

    /// <summary>Table 1 at a level of 1 − alpha.</summary>
    /// <param name="programId">The program.</param>
    /// <param name="alpha">1 less the level; 0.0001 to 0.5.</param>
    /// <param name="population">panel, all (after <see cref="CountAsync"/>), or <see langword="null"/> for the newer of the two.</param>
    /// <param name="everyLook">Intervals that hold at every look until the end, for whoever may stop early.</param>
    /// <param name="ct">Ends the wait.</param>
    ValueTask<Table1> Table1Async(string programId, double alpha = 0.01, string? population = null, bool everyLook = false, CancellationToken ct = default);

    /// <summary>Begins to count an experiment over every user; poll <see cref="OperationAsync"/>.</summary>
    ValueTask<Operation> CountAsync(string programId, CancellationToken ct = default);

    /// <summary>Table 1 as comma-separated lines.</summary>
    ValueTask<ReadOnlyMemory<byte>> Table1CsvAsync(string programId, double alpha = 0.01, CancellationToken ct = default);

    /// <summary>Smallest differences found in some days.</summary>
    ValueTask<PowerOfExperiment> PowerAsync(string programId, IReadOnlyList<int>? days = null, double alpha = 0.01, CancellationToken ct = default);

    /// <summary>What other policies would have brought, from the log and its chances.</summary>
    /// <param name="from">Start of the span; <see langword="null"/> = 28 days before its end.</param>
    /// <param name="to">End; <see langword="null"/> = now.</param>
    ValueTask<PolicyReport> OffPolicyAsync(string programId, DateTimeOffset? from = null, DateTimeOffset? to = null, double alpha = 0.01, CancellationToken ct = default);

    /// <summary>Begins an export; poll <see cref="OperationAsync"/>, then <see cref="ExportFileAsync"/>.</summary>
    ValueTask<Operation> ExportAsync(ExportRequest request, CancellationToken ct = default);

    /// <summary>The file of a finished export.</summary>
    ValueTask<ReadOnlyMemory<byte>> ExportFileAsync(string operationId, CancellationToken ct = default);

    /// <summary>How an operation stands; <see langword="null"/> when there is none.</summary>
    ValueTask<Operation?> OperationAsync(string operationId, CancellationToken ct = default);

    /// <summary>Stops an operation; what it had is kept as partial.</summary>
    ValueTask<Operation> CancelOperationAsync(string operationId, CancellationToken ct = default);

    /// <summary>Begins a simulation of a program.</summary>
    ValueTask<Operation> SimulateAsync(string programId, SimulationRequest request, CancellationToken ct = default);

    /// <summary>The launch gate of a program with its newest simulation.</summary>
    ValueTask<LaunchGate> LaunchGateAsync(string programId, CancellationToken ct = default);
}
