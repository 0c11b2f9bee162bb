using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Core.Privacy;

/// <summary>What one agent gives to the cohorts of its programs: what a fold without it no longer has.</summary>
public static class Contributions
{
    /// <summary>One entry per program: cells of evidence, measured effects in them, and days' rows of the joint model.</summary>
    public static JsonArray Of(AgentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var programs = new SortedDictionary<string, (int Cells, int Effects, int Successes, double Rows)>(StringComparer.Ordinal);
        foreach (var (key, evidence) in state.Evidence)
        {
            var (cells, effects, successes, rows) = programs.GetValueOrDefault(key.Program);
            programs[key.Program] = (cells + 1, effects + evidence.Trials, successes + evidence.Wins, rows);
        }

        foreach (var (program, effects) in state.JointEffects)
        {
            programs[program] = programs.GetValueOrDefault(program) with { Rows = effects.Statistic.Count };
        }

        return [.. programs.Select(pair => (JsonNode?)new JsonObject
        {
            ["programId"] = pair.Key,
            ["cells"] = pair.Value.Cells,
            ["effects"] = pair.Value.Effects,
            ["successes"] = pair.Value.Successes,
            ["rows"] = Math.Round(pair.Value.Rows, 1),
        })];
    }
}
