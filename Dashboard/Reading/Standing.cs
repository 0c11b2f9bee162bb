using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>How things stand, in words.</summary>
public static class Standing
{
    /// <summary>The state of the workspace in a few short sentences.</summary>
    public static IReadOnlyList<string> Sentences(Overview now)
    {
        ArgumentNullException.ThrowIfNull(now);
        var sends = now.Programs.Sum(p => p.Arms.Sum(a => a.Sends));
        var holds = now.Programs.Sum(p => p.Arms.Sum(a => a.Holds));
        return
        [
            Programs(now.Programs) + ".",
            $"{Figures.Counted(now.Totals.Agents, "agent", "agents")}, {Figures.Counted(now.Totals.Decisions, "decision", "decisions")}" +
                (sends + holds > 0 ? $"; in their panels {Figures.Counted(sends, "send", "sends")} and {Figures.Counted(holds, "hold", "holds")}." : "."),
            .. now.Programs.Where(p => p.State == "live").Select(Effect),
        ];
    }

    /// <summary>The comparison that a program is judged by: agentic against rules, else against another arm; none when there is none yet.</summary>
    public static ArmDifference? Headline(ProgramOverview program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Differences.Where(d => d.Arm == "agentic").OrderBy(d => d.Against switch { "rules" => 0, "random" => 1, "holdout" => 2, _ => 3 }).FirstOrDefault();
    }

    /// <summary>Measures as people read them.</summary>
    public static string Measure(string measure) => measure switch
    {
        "goalsPerUserWeek" => "goals per user and week",
        _ => measure,
    };

    static string Programs(IReadOnlyList<ProgramOverview> programs) => programs.Count == 0
        ? "No program yet"
        : string.Join(", ", programs.GroupBy(p => p.State, StringComparer.Ordinal).OrderBy(g => g.Key == "live" ? 0 : 1).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select((g, i) => i == 0 ? $"{Figures.Counted(g.Count(), "program", "programs")} {g.Key}" : $"{Figures.Count(g.Count())} {g.Key}"));

    static string Effect(ProgramOverview program) => Headline(program) is { } d
        ? $"{program.Name ?? program.Id}, {d.Arm} against {d.Against}: {Figures.Estimate(d.Difference, d.Low, d.High)} {Measure(d.Measure)} ({Figures.Level(d.Level)} interval)."
        : $"{program.Name ?? program.Id}: no effect to compare yet.";
}
