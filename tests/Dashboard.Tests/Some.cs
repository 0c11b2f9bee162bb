using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>What a silo could answer, in the JSON that it serves.</summary>
static class Some
{
    public const string User = "rider-0042", Send = "dec_7GQ2SEND", Hold = "dec_8AB1HOLD", Pending = "dec_9CC3OPEN", Joint = "dec_6DD4JOINT";
    public const string Hash = "sha256:9f0c2b7d5e1a4c3388f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7";

    public static readonly DateTimeOffset T0 = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public static Overview Overview => new()
    {
        Now = T0,
        Simulated = false,
        Totals = new OverviewTotals(412_380, 4_812, 31_204, 8_112, 14, 2),
        Programs =
        [
            new ProgramOverview
            {
                Id = "prg_orders", Name = "Orders", State = "live", Version = 7, GoalEvents = ["Order Completed"], CohortVersion = 31, AsOf = T0.AddMinutes(-4), PanelAgents = 4_096,
                Arms =
                [
                    new ArmOverview { Arm = "agentic", Users = 2_868, Sends = 6_120, Holds = 14_031, Effects = 5_604, MeanEffect = 0.1834, Low = 0.1391, High = 0.2277, GoalRate = 0.412 },
                    new ArmOverview { Arm = "random", Users = 409, Sends = 1_840, Holds = 1_502, Effects = 1_702, MeanEffect = 0.021, Low = -0.0512, High = 0.0932, GoalRate = 0.331 },
                    new ArmOverview { Arm = "rules", Users = 411, Sends = 1_233, Holds = 990, Effects = 806, MeanEffect = -0.0483, Low = -0.1211, High = 0.0245, GoalRate = 0.318 },
                    new ArmOverview { Arm = "holdout", Users = 408, Sends = 0, Holds = 2_855, Effects = 0, GoalRate = 0.322 },
                ],
                Differences =
                [
                    new ArmDifference("agentic", "random", "goalsPerUserWeek", 0.081, 0.0292, 0.1328, 0.95),
                    new ArmDifference("agentic", "rules", "goalsPerUserWeek", 0.094, 0.0411, 0.1469, 0.95),
                    new ArmDifference("agentic", "holdout", "goalsPerUserWeek", 0.09, -0.0033, 0.1833, 0.95),
                ],
            },
            new ProgramOverview { Id = "prg_wallet", Name = "Wallet account", State = "paused", Version = 2, GoalEvents = ["Account Opened"] },
        ],
    };

    public static IReadOnlyList<FoundUser> Users => [.. Enumerable.Range(40, 8).Select(i => new FoundUser($"rider-{i.ToString("0000", CultureInfo.InvariantCulture)}", false)), new FoundUser("anon-77", true)];

    public static IReadOnlyList<RecentDecision> Recent =>
    [
        new RecentDecision { DecisionId = new(Hold), UserId = User, ProgramId = "prg_orders", DecidedAt = T0.AddMinutes(-3), Verdict = "hold", Arm = "agentic", Trigger = "tick", Reasons = [new HoldReason("quiet_hours")] },
        new RecentDecision { DecisionId = new(Send), UserId = User, ProgramId = "prg_orders", DecidedAt = T0.AddDays(-4), Verdict = "send", Arm = "agentic", Channel = "push", MessageId = "msg_warm_free", Trigger = "tick", Propensity = 0.0417 },
    ];

    public static IReadOnlyList<DeadLetter> Letters =>
    [
        Letter("dl_1", "missing_user_id", "userId or anonymousId is required.", """{"type":"track","event":"Item Added","messageId":"m-17","properties":{"value":12.5}}"""),
        Letter("dl_2", "bad_timestamp", "timestamp 'yesterday' is not RFC 3339.", """{"type":"track","userId":"rider-0042","event":"Order Completed","timestamp":"yesterday"}"""),
    ];

    public static IReadOnlyList<ArrivedEvent> Arrived =>
    [
        new ArrivedEvent { Number = 1, ReceivedAt = T0.AddSeconds(-9), Type = "track", Name = "Item Added", UserId = User, MessageId = "m-18", Source = "default" },
        new ArrivedEvent { Number = 2, ReceivedAt = T0.AddSeconds(-8), Type = "identify", AnonymousId = "anon-77", MessageId = "m-19", Source = "default" },
        new ArrivedEvent { Number = 3, ReceivedAt = T0.AddSeconds(-7), Source = "default", MessageId = "m-17", Reason = "missing_user_id", Detail = "userId or anonymousId is required." },
    ];

    public static DeadLetter Letter(string id, string reason, string detail, string payload) =>
        new() { Id = id, Source = "default", Reason = reason, Detail = detail, At = T0.AddMinutes(-1), MessageId = "m-17", Payload = JsonSerializer.Deserialize<JsonElement>(payload) };

    public static string UserJson => """
        {"userId":"rider-0042","anonymous":false,"incarnation":"a1b2","firstSeenAt":"2026-10-02T08:00:00.000Z","lastSeenAt":"2026-11-24T08:41:00.000Z","mergedInto":null,"mergedFrom":["anon-9"],
         "attributes":{"firstName":"Ana","city":"Lisbon"},"timeZone":{"id":"Europe/Lisbon","source":"event","asOf":"2026-11-22T09:00:00.000Z"},"channels":["in_app","push"],
         "consent":[{"channel":"email","purpose":"marketing","status":"denied","at":"2026-11-01T09:00:00.000Z","source":"form","proof":null}],"context":"loyal|evening",
         "programs":[{"programId":"prg_orders","arm":"agentic","since":"2026-10-02T08:00:00.000Z","nextContactAt":"2026-11-25T18:00:00.000Z","slot":"evening-weekday"}],
         "counters":{"events":412,"duplicates":3,"late":0,"decisions":31,"sends":9,"holds":22,"effects":24,"effectsNotIdentified":4,"dedupeDegraded":false},
         "sends":[],"pending":[{"decisionId":"dec_9CC3OPEN","programId":"prg_orders","state":"activated","treatedAt":"2026-11-23T18:00:00.000Z","effectDueAt":"2026-11-27T00:00:00.000Z","expiresAt":"2026-11-24T00:00:00.000Z"}],
         "nextDueAt":"2026-11-24T17:20:00.000Z",
         "posteriors":[{"programId":"prg_orders","context":"loyal|evening","set":"tone","action":"warm","trials":6,"wins":4,"mean":0.41,"low":0.29,"high":0.54,"priorSource":"Context","priorUsers":812}]}
        """;

    public static IReadOnlyList<string> Timeline =>
    [
        Entry(90, "decision", -0.05, ("decisionId", Hold), ("programId", "prg_orders"), ("verdict", "hold"), ("arm", "agentic")),
        Entry(89, "activation", -15, ("decisionId", Pending), ("channel", "push"), ("by", "schedule"), ("status", "accepted")),
        Entry(88, "decision", -15.1, ("decisionId", Pending), ("programId", "prg_orders"), ("verdict", "send"), ("messageId", "msg_plain_points"), ("channel", "push")),
        Entry(87, "effect", -17, ("decisionId", Send), ("state", "identified"), ("reason", "")),
        .. Enumerable.Range(0, 46).Select(i => Entry(80 - i, "event", -18 - i * 2.7, ("messageId", $"m-{i}"), ("type", "track"), ("name", i % 5 == 0 ? "Order Completed" : "Item Added"), ("source", "default"))),
        Entry(12, "delivery", -95, ("decisionId", Send), ("status", "clicked")),
        Entry(11, "delivery", -95.6, ("decisionId", Send), ("status", "delivered")),
        Entry(10, "activation", -96, ("decisionId", Send), ("channel", "push"), ("by", "schedule"), ("status", "accepted")),
        Entry(9, "decision", -96, ("decisionId", Send), ("programId", "prg_orders"), ("verdict", "send"), ("messageId", "msg_warm_free"), ("channel", "push")),
        Entry(8, "consent", -130, ("channel", "email"), ("status", "denied")),
    ];

    public static IReadOnlyDictionary<string, string> Records => new Dictionary<string, string>
    {
        [Send] = """
            {"arm":"agentic","channel":"push","context":"loyal|evening","decidedAt":"2026-11-20T09:00:00.000Z","drawn":true,"expiresAt":"2026-11-20T15:00:00.000Z",
             "guardrails":[{"channel":"push","code":"quiet_hours","id":"quiet","passed":true},{"channel":"push","code":"cap_channel","id":"push_day","limit":1,"passed":true,"value":0},{"channel":"email","code":"no_consent","id":"consent","passed":false}],
             "holdPropensity":0.31,"id":"dec_7GQ2SEND","match":[{"distance":0,"messageId":"msg_warm_free","value":0.62},{"distance":0.25,"messageId":"msg_plain_free","value":0.41}],
             "messageId":"msg_warm_free","ordinal":27,"programId":"prg_orders","propensity":0.0417,"propensityMethod":"exact","reasons":[],"rng":{"algorithm":"xoshiro256**","key":"5e1a"},
             "sendAt":"2026-11-20T09:00:00.000Z","sendAtLocal":"2026-11-20T09:00:00.000+00:00",
             "sets":[
              {"id":"frequency","dimension":"frequency","chosen":"send","propensity":0.69,"candidates":[{"action":"hold","prior":[2,8],"posterior":[2.5,10.5],"draw":0.182,"propensity":0.31},{"action":"send","prior":[2,6],"posterior":[6.2,9.9],"draw":0.351,"propensity":0.69}]},
              {"id":"tone","dimension":"content","chosen":"warm","propensity":0.62,"candidates":[{"action":"plain","prior":[3,12],"posterior":[4,16],"draw":0.211,"propensity":0.14},{"action":"playful","prior":[2,9],"posterior":[3,11],"draw":0.19,"propensity":0.24},{"action":"warm","prior":[3,9],"posterior":[7,11],"draw":0.433,"propensity":0.62}]},
              {"id":"offer","dimension":"content","chosen":"free_delivery","propensity":0.21,"candidates":[{"action":"free_delivery","prior":[0.02,40,6,1.2],"posterior":[0.11,46,9,1.9],"draw":0.16,"propensity":0.21},{"action":"points","prior":[0.05,40,6,1.2],"posterior":[0.05,40,6,1.2],"draw":0.04,"propensity":0.79}]}],
             "timeZone":{"asOf":"2026-11-19T09:00:00.000Z","id":"Europe/Lisbon","source":"event"},"trigger":"tick","userId":"rider-0042","verdict":"send","versions":{"cohort":31,"cohortAsOf":"2026-11-20T08:50:00.000Z","program":7,"settings":3,"weights":31}}
            """,
        [Joint] = """
            {"arm":"agentic","channel":"push","context":"active-mid","decidedAt":"2026-11-18T09:00:00.000Z","drawn":true,"guardrails":[],"holdPropensity":0.012,"id":"dec_6DD4JOINT",
             "joint":{"load":1.37,"plan":{"sampled":0.1,"uniform":0.06,"uniformSends":0.8,"width":0.32},"slot":null},"match":[{"distance":0,"messageId":"msg_warm_free","value":0.58},{"distance":0,"messageId":"msg_plain_free","value":0.37}],
             "messageId":"msg_warm_free","ordinal":26,"programId":"prg_orders","propensity":0.871,"propensityMethod":"montecarlo","propensityStdError":0.0009,"reasons":[],"rng":{"algorithm":"xoshiro256**","key":"5e19"},
             "sets":[
              {"id":"frequency","dimension":"frequency","chosen":"send","propensity":0.988,"candidates":[{"action":"hold","prior":{"mean":0.021,"deviation":0.012},"posterior":{"mean":0.024,"deviation":0.011},"draw":0.024,"propensity":0.012},{"action":"send","prior":{"mean":0.22,"deviation":0.21},"posterior":{"mean":0.35,"deviation":0.14},"draw":0.58,"propensity":0.988}]},
              {"id":"tone","dimension":"content","chosen":"warm","propensity":0.93,"candidates":[{"action":"plain","prior":{"mean":-0.06,"deviation":0.15},"posterior":{"mean":-0.11,"deviation":0.11},"draw":-0.11,"propensity":0.07},{"action":"warm","prior":{"mean":0.06,"deviation":0.15},"posterior":{"mean":0.11,"deviation":0.11},"draw":0.11,"propensity":0.93}]}],
             "timeZone":{"asOf":"2026-11-17T09:00:00.000Z","id":"Europe/Lisbon","source":"event"},"trigger":"tick","uniform":false,"userId":"rider-0042","verdict":"send","versions":{"cohort":29,"program":7,"settings":3,"weights":29}}
            """,
        [Hold] = """
            {"arm":"agentic","channel":null,"context":"loyal|morning","decidedAt":"2026-11-24T08:57:00.000Z","drawn":false,"expiresAt":"2026-11-24T14:57:00.000Z",
             "guardrails":[{"channel":"push","code":"quiet_hours","id":"quiet","passed":false,"value":"08:57","limit":"21:00–09:00"}],"holdPropensity":1,"id":"dec_8AB1HOLD","match":[],"messageId":null,"ordinal":31,"programId":"prg_orders",
             "propensity":null,"propensityMethod":"exact","reasons":[{"code":"quiet_hours","guardrailId":"quiet","value":"08:57","limit":"21:00–09:00","retryAfter":"2026-11-24T09:00:00.000Z"}],
             "sets":[],"timeZone":{"asOf":null,"id":"Europe/Lisbon","source":"event"},"trigger":"api","userId":"rider-0042","verdict":"hold","versions":{"program":7}}
            """,
        [Pending] = """{"arm":"agentic","channel":"push","decidedAt":"2026-11-23T17:54:00.000Z","holdPropensity":0.4,"id":"dec_9CC3OPEN","messageId":"msg_plain_points","ordinal":30,"programId":"prg_orders","propensity":0.2,"propensityMethod":"exact","reasons":[],"sets":[],"userId":"rider-0042","verdict":"send"}""",
    };

    public static IReadOnlyDictionary<string, string> Receipts => new Dictionary<string, string>
    {
        [Send] = """
            {"decisionId":"dec_7GQ2SEND","state":"identified","goalId":"goal_orders","tInt":"2026-11-20T09:00:00.000Z","finalAt":"2026-11-23T15:00:00.000Z","windowHours":72,"yPre":1.21,"yPost":2.43,"preCount":9,"postCount":14,
             "controls":{"k":50,"cPre":1.18,"cPost":1.4,"radius":0.32,"variance":0.11,"hash":"9f8e"},"deltaY":1.0,"variance":0.0841,"standardError":0.29,"success":1,
             "credited":[{"set":"tone","action":"warm","before":[4,2],"after":[5,2]},{"set":"offer","action":"free_delivery","before":[2,3],"after":[3,3]}],"overlap":{"carryOver":0.04},"weightsVersion":31,"cohortVersion":31}
            """,
        [Hold] = """{"decisionId":"dec_8AB1HOLD","state":"notIdentified","reason":"NeverDelivered","finalAt":"2026-11-24T08:57:00.000Z"}""",
        [Pending] = """{"decisionId":"dec_9CC3OPEN","state":"pending","treatedAt":"2026-11-23T18:00:00.000Z","dueAt":"2026-11-27T00:00:00.000Z"}""",
    };

    static string Entry(int seq, string kind, double hours, params (string Name, string Value)[] fields)
    {
        var at = T0.AddHours(hours).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var all = new Dictionary<string, object> { ["seq"] = seq, ["kind"] = kind, ["at"] = at };
        foreach (var (name, value) in fields.Where(f => f.Value.Length > 0))
        {
            all[name] = value;
        }

        if (kind == "effect")
        {
            all["deltaY"] = 1.0;
            all["standardError"] = 0.29;
        }

        return JsonSerializer.Serialize(all);
    }
}
