using System.Text;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>Findings, written down.</summary>
sealed class FakeEvidence : IEvidence
{
    static readonly DateTimeOffset Fold = Some.T0.AddHours(-1);

    public List<ProgramSummary> Programs { get; } = [new("prg_orders", 4, "live", "Orders"), new("prg_wallet", 1, "draft", "Wallet")];

    public double Effects { get; set; } = 18_400;

    public string Trust { get; set; } = "ok";

    public LaunchGate Gate { get; set; } = SomeGate.Failing;

    public Operation? Running { get; set; }

    public List<SimulationRequest> Asked { get; } = [];

    public ValueTask<IReadOnlyList<ProgramSummary>> ProgramsAsync(CancellationToken ct = default) => new(Programs);

    static EvidenceEstimate Estimate(double value, double error, double level = 0.9)
    {
        var half = (level == 0.9 ? 1.645 : 2.576) * error;
        return new EvidenceEstimate(value, value - half, value + half, error, level);
    }

    static ActionEvidence Action(string id, string label, double mean, double error, double effects, int messages, string lifecycle = "") =>
        new(id, label, false, lifecycle, (int)(effects / 6), effects, Estimate(mean, error), 0.08, 0.31, messages);

    public ValueTask<ActionSets> ActionSetsAsync(string programId, CancellationToken ct = default) => new(new ActionSets(
        programId, programId == "prg_orders" ? "Orders" : "Wallet", "live", "gaussian", Fold, 4_812, 0.14, 611,
        [
            new ActionSetEvidence("tone", "Tone", "content", 0.01, "nats per message", "warm", 0.974,
            [
                Action("warm", "Warm", 0.142, 0.018, 9_800, 4), Action("plain", "Plain", 0.094, 0.017, 8_600, 3), Action("playful", "Playful", 0.04, 0.06, 240, 0),
                Action("warm", "Warm", 0.21, 0.04, 2_400, 4, "new"), Action("plain", "Plain", 0.05, 0.04, 2_100, 3, "new"),
            ]),
            new ActionSetEvidence("offer", "Offer", "incentive", 0.01, "nats per message", null, null,
            [
                Action("free_delivery", "Free delivery", 0.12, 0.03, 5_100, 3),
                new ActionEvidence("points", "Loyalty points", false, "", 0, 0, new EvidenceEstimate(null, null, null, null, 0.9, "no users"), null, null, 4),
            ]),
        ]));

    public ValueTask<ContentMap> ContentMapAsync(string programId, string? rows = null, string? columns = null, string? channel = null, string? locale = null, CancellationToken ct = default)
    {
        var tone = new ContentMapAxis("tone", "Tone", [new("warm", "Warm"), new("plain", "Plain"), new("playful", "Playful")]);
        var offer = new ContentMapAxis("offer", "Offer", [new("free_delivery", "Free delivery"), new("points", "Loyalty points")]);
        var gap = Effects < 1_000 ? null : new GapValue("msg_41", Estimate(0.031, 0.012), Effects, 410, 12.7, 4.6, 20.8);
        return new(new ContentMap(
            programId, "Orders", Fold, "nats per message", rows == "offer" ? offer : tone, rows == "offer" ? tone : offer, [tone, offer], ["email", "push"], ["en", "fr-FR"], Effects, 1_000, 611,
            [
                .. from row in (rows == "offer" ? offer : tone).Actions
                   from column in (rows == "offer" ? tone : offer).Actions
                   let playful = row.Id == "playful" || column.Id == "playful"
                   select new ContentMapCell(row.Id, column.Id, playful ? 0 : 2, playful ? gap : null),
            ]));
    }

    public ValueTask<Insights> InsightsAsync(string programId, CancellationToken ct = default) => new(new Insights(
        programId, "Orders", "gaussian", "nats per message", Fold, 4_812, Effects, 1_000, Trust is "ok" or "underpowered", Trust,
        Effects < 1_000 ? [] :
        [
            new InsightSentence("Warm beats Plain for users seen < 7 days (probability 0.97, n = 4,500)", "tone", "new", "users seen < 7 days", "warm", "plain", 0.974, 4_500, Estimate(0.16, 0.056)),
            new InsightSentence("Warm beats Plain for all users (probability 0.97, n = 18,400)", "tone", "", "all users", "warm", "plain", 0.97, 18_400, Estimate(0.048, 0.025)),
        ],
        [
            new InsightCell("tone", "warm", "Warm", "", 1_600, 9_800, Estimate(0.142, 0.018), 0.024, 0.93), new InsightCell("tone", "plain", "Plain", "", 1_400, 8_600, Estimate(0.094, 0.017), -0.024, 0.92),
            new InsightCell("tone", "warm", "Warm", "new", 400, 2_400, Estimate(0.21, 0.04), 0.08, 0.98), new InsightCell("tone", "plain", "Plain", "new", 380, 2_100, Estimate(0.05, 0.04), -0.08, 0.97),
            new InsightCell("tone", "playful", "Playful", "", 40, 240, Estimate(0.04, 0.06), -0.08, 0.71),
        ],
        [new ExplorationWeek("2026-11-23", 420, Estimate(0.011, 0.002)), new ExplorationWeek("2026-11-16", 1, new EvidenceEstimate(null, null, null, null, 0.9, "fewer than two of them"))], 611));

    static readonly TrialArm[] Arms =
    [
        new("agentic", 7_000, 0.7, 3_371, 2_902, 1_204, 611, 0.31, 4.2), new("random", 1_000, 0.1, 480, 402, 150, 74, 0.26, 3.4),
        new("rules", 1_000, 0.1, 482, 470, 148, 75, 0.27, 3.5), new("holdout", 1_000, 0.1, 479, 0, 131, 62, 0.22, 2.9),
    ];

    public ValueTask<IReadOnlyList<ExperimentSummary>> ExperimentsAsync(CancellationToken ct = default) => new([new ExperimentSummary("prg_orders", "Orders", "live", Trust, Fold, Arms)]);

    /// <summary>Whether everybody was counted.</summary>
    public bool Counted { get; private set; }

    public ValueTask<Operation> CountAsync(string programId, CancellationToken ct = default)
    {
        Running = new Operation { Id = "op_2", Kind = "count", State = "running", Progress = 0.2, Step = "9600 of 48120 users read", StartedAt = Some.T0 };
        Counted = true;
        return new(Running);
    }

    public ValueTask<Table1> Table1Async(string programId, double alpha = 0.01, string? population = null, bool everyLook = false, CancellationToken ct = default)
    {
        static Table1Cell Cell(string metric, string method, string scale, double value, double error, long n = 3_371, long m = 479) =>
            new(metric, method, scale, "agentic", "holdout", n, m, Estimate(value, error, 0.99), 0.0004, 0.001, null);
        var failed = Trust == "srm_failed";
        return new(new Table1
        {
            ProgramId = programId,
            Name = "Orders",
            Trust = Trust,
            AsOf = Fold,
            Panel = Counted ? 48_120 : 4_812,
            Population = Counted ? "all" : "panel",
            From = Fold.AddDays(-21),
            To = Fold,
            Days = 21,
            IsInterim = true,
            PlannedStart = Fold.AddDays(-21),
            PlannedEnd = Fold.AddDays(7),
            PlanHash = "00c0ffee00c0ffee",
            Alpha = alpha,
            Srm = new SampleRatioCheck(programId, failed ? 0.00002 : 0.43, 2.7, 3, failed, Arms, null),
            Placebo = new PlaceboVerdict("ok", 200, 3, 0.32) { Calibration = [.. Enumerable.Range(1, 20).Select(i => new CalibrationAt(i / 20.0, i is 7 ? 0.38 : i / 20.0, Math.Max(0, (i / 20.0) - 0.09), Math.Min(1, (i / 20.0) + 0.09)))] },
            Before = Estimate(0.01, 0.03, 0.99),
            Against = "holdout",
            Theta = 0.41,
            Looks = everyLook ? 113 : null,
            Overlaps = [new OverlappingExperiment("prg_cards", "Cards", false)],
            Withheld = failed ? "Arms have not the sizes that were planned." : null,
            Arms = Arms,
            Pairs = 471,
            Unpaired = 2_431,
            Cells =
            [
                Cell("intent", "itt", "absolute", 0.084, 0.021), Cell("intent", "itt", "relative", 0.31, 0.09), Cell("intent", "psm", "absolute", 0.09, 0.03, 471, 471),
                Cell("conversion", "itt", "absolute", 0.0412, 0.015), Cell("conversion", "itt", "relative", 0.29, 0.12), Cell("conversion", "psm", "absolute", 0.05, 0.022, 471, 471),
                Cell("goals", "itt", "absolute", 0.09, 0.03), Cell("goals", "cuped", "absolute", 0.088, 0.024), Cell("goals", "itt", "relative", 0.4, 0.15), Cell("goals", "psm", "absolute", 0.1, 0.04, 471, 471),
                new("value", "itt", "absolute", "agentic", "holdout", 3_371, 479, new EvidenceEstimate(null, null, null, null, 0.99, "no users"), null, null, "No goal event carried an amount (properties.value or revenue)."),
            ],
            Balance = [new("ln(1 + events in the 28 days before)", 0.02, 0.19, 0.03), new("ln(1 + goals in the 28 days before)", -0.01, 0.12, 0.01), new("ln(1 + days since the last event)", 0.015, -0.16, -0.02)],
        });
    }

    public ValueTask<ReadOnlyMemory<byte>> Table1CsvAsync(string programId, double alpha = 0.01, CancellationToken ct = default) => new(Encoding.UTF8.GetBytes("metric,method\r\nconversion,itt\r\n"));

    public ValueTask<PowerOfExperiment> PowerAsync(string programId, IReadOnlyList<int>? days = null, double alpha = 0.01, CancellationToken ct = default) =>
        new(new PowerOfExperiment(programId, alpha, 0.8, "holdout", [new(7, 3_371, 479, 0.05, 0.036, 0.09, 0.05), new(28, 3_371, 479, 0.17, 0.063, 0.36, 0.1)]));

    public ValueTask<PolicyReport> OffPolicyAsync(string programId, DateTimeOffset? from = null, DateTimeOffset? to = null, double alpha = 0.01, CancellationToken ct = default)
    {
        static PolicyValue Value(string policy, double share, double error, double effective, bool unreliable = false) =>
            new(policy, Estimate(share, 1.4 * error, 0.99), Estimate(share, 1.1 * error, 0.99), Estimate(share, error, 0.99), 2_310, 0, effective, 1.004, 0.011, unreliable);
        return new(new PolicyReport(programId, "Orders", Fold.AddDays(-28), Fold, alpha, 2_902, 402, 190, 0, false, "msg_41", [Value("logged", 0.548, 0.0104, 2_310), Value("uniform", 0.522, 0.0151, 1_204), Value("best_mean", 0.561, 0.0311, 88, true)]));
    }

    public ValueTask<Operation> ExportAsync(ExportRequest request, CancellationToken ct = default) => throw new NotSupportedException("The console does not ask this.");

    public ValueTask<ReadOnlyMemory<byte>> ExportFileAsync(string operationId, CancellationToken ct = default) => throw new NotSupportedException("The console does not ask this.");

    public ValueTask<Operation?> OperationAsync(string operationId, CancellationToken ct = default)
    {
        var now = Running;
        if (Running is { Over: false } running)
        {
            Running = running.Progress >= 0.9 ? running with { State = "done", Progress = 1 } : running with { Progress = running.Progress + 0.45 };
            Gate = Running is { State: "done" } ? SomeGate.Passing : Gate;
        }

        return new(now);
    }

    public ValueTask<Operation> CancelOperationAsync(string operationId, CancellationToken ct = default)
    {
        Running = Running! with { State = "cancelled" };
        return new(Running);
    }

    public ValueTask<Operation> SimulateAsync(string programId, SimulationRequest request, CancellationToken ct = default)
    {
        Asked.Add(request);
        if (request.Users > 2_000)
        {
            throw new AgentValidationException(new AgentProblem(422, "invalid_simulation", Detail: "users must be 50 to 2000; it is " + request.Users + "."));
        }

        Running = new Operation { Id = "op_1", Kind = "simulation", State = "running", Progress = 0.1, Step = "day 3 of 28", StartedAt = Some.T0 };
        return new(Running);
    }

    public ValueTask<LaunchGate> LaunchGateAsync(string programId, CancellationToken ct = default) => new(Gate with { Running = Running });
}
