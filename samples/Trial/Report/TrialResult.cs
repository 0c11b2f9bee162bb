using System.Text.Encodings.Web;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Trial.Play;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial.Report;

/// <summary>A column of the trial's table.</summary>
/// <param name="Feature">Id of the feature.</param>
/// <param name="Name">What people read.</param>
/// <param name="Trust">The product's verdict: ok, srm_failed, placebo_failed or underpowered.</param>
/// <param name="Users">Users of the treated arm.</param>
/// <param name="AgainstUsers">Users of the control arm.</param>
/// <param name="Received">Treated users who got at least one message of the agents.</param>
/// <param name="SampleRatioP">p of the sample ratio test.</param>
/// <param name="Placebo">Verdict of random halves of the control arm.</param>
/// <param name="Intent">Absolute.</param>
/// <param name="Conversion">Absolute.</param>
/// <param name="Gmv">Relative; null = not applicable.</param>
public sealed record TrialColumn(
    string Feature, string Name, string Trust, long Users, long AgainstUsers, long Received, double? SampleRatioP, string? Placebo, Span? Intent, Span? Conversion, Span? Gmv);

/// <summary>How a trial ended: the table, the truth beside it, and what it took.</summary>
public sealed record TrialResult
{
    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Name of the world.</summary>
    public required string World { get; init; }

    /// <summary>Columns in the order of the world's features.</summary>
    public required IReadOnlyList<TrialColumn> Table1 { get; init; }

    /// <summary>Every cell with its truth.</summary>
    public required IReadOnlyList<TrialCell> Cells { get; init; }

    /// <summary>Cells whose interval by assignment holds the truth.</summary>
    public required int PlantedInside { get; init; }

    /// <summary>Cells that have both.</summary>
    public required int PlantedOf { get; init; }

    /// <summary>Users.</summary>
    public required int Users { get; init; }

    /// <summary>Days.</summary>
    public required int Days { get; init; }

    /// <summary>Seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Events that agents took, those of the past too.</summary>
    public required long Events { get; init; }

    /// <summary>Decisions made.</summary>
    public required long Decisions { get; init; }

    /// <summary>Messages handed over.</summary>
    public required long Messages { get; init; }

    /// <summary>Effects measured.</summary>
    public required long Effects { get; init; }

    /// <summary>Events put aside; 0 in a sound trial.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>Wall time of the run that ended it.</summary>
    public required double Seconds { get; init; }

    /// <summary>Events a second of that run.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Largest resident memory of silo and app together, bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The silo's share of it.</summary>
    public required long SiloPeakBytes { get; init; }

    /// <summary>Bytes on disk by agent: record, log, decisions, effects.</summary>
    public required double StoredBytesPerAgent { get; init; }

    /// <summary>Makes it of what was lived.</summary>
    public static TrialResult Of(TrialPlan plan, TrialWorld world, Lived lived)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(lived);
        var truth = new PlantedTruth(lived.Outcomes, lived.Reading.Users);
        var cells = new List<TrialCell>();
        var columns = new List<TrialColumn>();
        for (var feature = 0; feature < world.Features.Count; feature++)
        {
            var table = lived.Reading.Tables[feature];
            var own = world.Features[feature].Account ? (string[])["intent", "conversion"] : ["intent", "conversion", "gmv"];
            var mine = own.Select(metric => Cell(world, feature, metric, table, truth)).ToList();
            cells.AddRange(mine);
            var treated = table.Arms.First(arm => arm.Arm == "agentic");
            columns.Add(new TrialColumn(
                world.Features[feature].Id, world.Features[feature].Name, table.Trust, treated.Users, table.Arms.First(arm => arm.Arm == table.Against).Users, treated.Received, table.Srm?.P, table.Placebo?.Verdict,
                mine[0].Estimate, mine[1].Estimate, mine.ElementAtOrDefault(2)?.Estimate));
        }

        var totals = lived.Reading.Overview;
        return new TrialResult
        {
            World = world.Name,
            Table1 = columns,
            Cells = cells,
            PlantedInside = cells.Count(cell => cell.Inside == true),
            PlantedOf = cells.Count(cell => cell.Inside is not null),
            Users = plan.Users,
            Days = plan.Days,
            Seed = plan.Seed,
            Events = totals.Events,
            Decisions = totals.Decisions,
            Messages = lived.Handed,
            Effects = totals.Effects,
            DeadLetters = totals.DeadLetters,
            Seconds = Math.Round(lived.Elapsed.TotalSeconds, 1),
            EventsPerSecond = Math.Round(lived.Posted / lived.Elapsed.TotalSeconds, 1),
            PeakBytes = lived.SiloBytes + lived.OwnBytes,
            SiloPeakBytes = lived.SiloBytes,
            StoredBytesPerAgent = Math.Round((double)lived.StoreBytes / plan.Users, 1),
        };
    }

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, options);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static TrialResult Read(string json) => JsonSerializer.Deserialize<TrialResult>(json, options) ?? throw new InvalidDataException("The result is empty.");

    static TrialCell Cell(TrialWorld world, int feature, string metric, Client.Table1 table, PlantedTruth truth)
    {
        var relative = metric == "gmv";
        var (name, scale) = (relative ? "value" : metric, relative ? "relative" : "absolute");
        Table1Cell? Find(string method) => table.Cells.FirstOrDefault(cell => cell.Metric == name && cell.Method == method && cell.Scale == scale && cell.Against == table.Against);
        var itt = Find("itt");
        var estimate = SpanOf(itt);
        var planted = truth.Of(feature, metric, received: false);
        var paper = world.Name == "paper" ? PaperTable.Of(feature, metric) : null;
        return new TrialCell(
            world.Features[feature].Id, metric, scale, estimate, estimate is null ? itt?.Missing ?? itt?.Estimate.Why ?? "the product does not report it" : null, planted, estimate is not null && planted is { } true_ ? estimate.Holds(true_) : null,
            SpanOf(Find("psm")), truth.Of(feature, metric, received: true), paper?.Low, paper?.High, itt?.AdjustedP);
    }

    static Span? SpanOf(Table1Cell? cell) => cell?.Estimate is { Value: { } value, Low: { } low, High: { } high } ? new Span(value, low, high) : null;
}
