using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>Launch gates, one that fails and one that passes.</summary>
static class SomeGate
{
    static readonly Simulation Run = new()
    {
        ProgramId = "prg_orders",
        ProgramVersion = 4,
        Users = 500,
        Days = 14,
        Seed = 1,
        RanAt = Some.T0,
        Decisions = 7_000,
        Sends = 2_480,
        Holds = 4_520,
        SendsByDay = [.. from day in Enumerable.Range(1, 14) from channel in new[] { "email", "push" } select new SimulatedDay(day, channel, channel == "push" ? 120 + 7 * (day % 5) : 40 + day)],
        HoldsByReason = [new("cap_overall", 2_310), new("agent_rest", 1_520), new("arm_holdout", 690)],
        SendsPerUserWeek = [new(0, 120), new(1, 180), new(2, 210), new(3, 260), new(4, 150), new(5, 80)],
        Caps = [new("grd_overall_week", null, 5, "localWeek", 5, 0.08), new("grd_push_day", "push", 1, "localDay", 1, 0.3)],
        Coverage = [new("tone", "warm", "Warm", 4, 1_400), new("tone", "plain", "Plain", 3, 1_080), new("tone", "playful", "Playful", 0, 0)],
        WithoutMessage = 0.02,
        ExplorationCost = new EvidenceEstimate(0.014, 0.013, 0.015, 0.0006, 0.9),
        Hash = "0123456789abcdef",
    };

    static LaunchCheck Check(string id, string name, bool passed, string detail, string fix = "") => new(id, name, passed, detail, passed ? "" : fix);

    public static LaunchGate Failing { get; } = Of(false);

    public static LaunchGate Passing { get; } = Of(true);

    public static LaunchGate Empty { get; } = new("prg_wallet", "Wallet", "draft", 1, false, [Check("simulation", "Simulated since the last change", false, "It has not been simulated.", "Run a simulation of this version.")], null, null);

    static LaunchGate Of(bool passes) => new(
        "prg_orders", "Orders", "draft", 4, passes,
        [
            Check("goal", "The goal is seen", true, "412 goal events in 28 days; at least 100."),
            Check("labels", "Every label has a message", passes, passes ? "All 7 labels." : "tone/playful has none.", "Write a message for tone/playful, or retire it."),
            Check("caps", "Contacts fit the caps", true, "33 % of planned contacts were stopped by caps; at most 50 %."),
        ],
        Run, null);
}
