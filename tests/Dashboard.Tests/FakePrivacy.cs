using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>Requests about people as a silo would have them: one is done, one is open, and one whose last step failed.</summary>
sealed class FakePrivacy : IPrivacyAdmin
{
    public const string Done = "reg_done", Failing = "reg_failing";

    static readonly DateTimeOffset now = Some.Overview.Now;

    public List<PrivacyReceipt> Receipts { get; } =
    [
        Receipt(Failing, PrivacyKind.SuppressAndDelete, now.AddMinutes(-12), null, people: 3, fault: "stores: IOException"),
        Receipt(Done, PrivacyKind.Delete, now.AddDays(-3), now.AddDays(-3).AddSeconds(4.2), people: 1),
        Receipt("reg_slow", PrivacyKind.Delete, now.AddDays(-9), now.AddDays(-9).AddMinutes(42), people: 4_812),
    ];

    public List<(string Kind, IReadOnlyList<string> Users, string Reason)> Asked { get; } = [];

    public List<string> Exported { get; } = [];

    public ValueTask<PrivacyReceipt> BeginAsync(string kind, IReadOnlyList<string> userIds, string reason, CancellationToken ct = default)
    {
        if (reason.Contains("refuse", StringComparison.Ordinal))
        {
            throw new AgentValidationException(new AgentProblem(422, "invalid_regulation", Detail: "/userIds/0: a user id has no control characters."));
        }

        Asked.Add((kind, userIds, reason));
        var made = Receipt("reg_new", kind, now, null, userIds.Count);
        Receipts.Insert(0, made);
        return new(made);
    }

    public ValueTask<Page<PrivacyRequest>> RequestsAsync(string? userId = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        new(new Page<PrivacyRequest>([.. Receipts.Select(one => one.Request)], null));

    public ValueTask<PrivacyReceipt?> ReceiptAsync(string id, CancellationToken ct = default) => new(Receipts.Find(one => one.Request.Id == id));

    public ValueTask<IReadOnlyList<RetentionRow>> RetentionAsync(CancellationToken ct = default) => new(
    [
        new RetentionRow("event-log", "Events as they were sent", 90, "Log:RetentionDays", "applied events of that age, by the day", true),
        new RetentionRow("agents:decisions", "Decisions with all that they rested on", null, null, "erasure", true),
        new RetentionRow("register", "Keyed hashes of who was erased or suppressed", null, null, "nothing: late events are refused by it", false),
    ]);

    public async ValueTask ExportAsync(string userId, Stream into, CancellationToken ct = default)
    {
        Exported.Add(userId);
        await into.WriteAsync(Encoding.UTF8.GetBytes($$"""{"userId":"{{userId}}"}"""), ct);
    }

    public ValueTask<ObjectionState> ObjectAsync(string userId, bool withdrawn = false, CancellationToken ct = default) => new(new ObjectionState(userId, !withdrawn, now));

    static PrivacyReceipt Receipt(string id, string kind, DateTimeOffset at, DateTimeOffset? finished, int people, string? fault = null) => new()
    {
        Request = new PrivacyRequest
        {
            Id = id,
            Kind = kind,
            Status = finished is not null ? "done" : fault is null ? "running" : "failing",
            Reason = "request by letter",
            RequestedBy = "person:ana",
            RequestedAt = at,
            FinishedAt = finished,
            AgeSeconds = ((finished ?? now) - at).TotalSeconds,
            People = people,
            PeopleDone = finished is null ? 0 : people,
            RowsRemoved = finished is null ? 0 : 214L * people,
            PosteriorContributionsSubtracted = finished is null ? 0 : 7.5,
            Fault = fault,
        },
        Stores =
        [
            new PrivacyStore("agents:records", people, false, finished, null),
            new PrivacyStore("agents:decisions", 31 * people, false, finished, null),
            new PrivacyStore("event-log", 0, finished is null, finished, "The log is on Kafka, where no single record can be changed: events stay in the topic until its retention.ms has passed."),
        ],
        Users = [.. Enumerable.Range(0, Math.Min(people, 5)).Select(i => new PrivacyPerson { Index = i, Hash = new string("0123456789abcdef"[i], 64), Done = finished is not null, Known = true, Lives = 2, CancelledDeliveries = 1, RowsRemoved = new Dictionary<string, long> { ["agents:records"] = 2 } })],
        Cohorts = finished is null ? [] :
        [
            new PrivacyCohort
            {
                ProgramId = "basket", Rebuilt = true, AsOf = "2026-11-24T09:00:00.000Z", VersionBefore = 41, VersionAfter = 42, HashBefore = "sha256:" + new string('a', 64), HashAfter = "sha256:" + new string('b', 64),
                Before = JsonElement.Parse("""{"users":1200,"priors":[{"context":"","set":"tone","action":"","mean":0.5213740458015267,"strength":131,"users":64}],"weights":[{"event":"Item Added","nats":1.2039,"count":5210}],"population":{"users":1200,"agents":310,"weekendShare":0.2857,"logEvidence":-1.25}}"""),
                After = JsonElement.Parse("""{"users":1199,"priors":[{"context":"","set":"tone","action":"","mean":0.5209923664122137,"strength":131,"users":63}],"weights":[{"event":"Item Added","nats":1.2038,"count":5197}],"population":{"users":1199,"agents":309,"weekendShare":0.2857,"logEvidence":-1.2501}}"""),
            },
            new PrivacyCohort { ProgramId = "winback", Rebuilt = false, AsOf = "2026-11-24T09:00:00.000Z", VersionBefore = 9, VersionAfter = 9 },
        ],
        Hash = finished is null ? null : "sha256:" + new string('c', 64),
    };
}
