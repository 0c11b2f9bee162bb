using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>Money of budgets in the steps of an agent: what they say before a message goes, and the bill of the step that hands it over.</summary>
public static class Charging
{
    /// <summary>What every budget says that a message falls under, by what is known to be spent and by what this step spends itself.</summary>
    /// <param name="step">The step.</param>
    /// <param name="program">The program that wants to speak; null = the workspace's budgets alone.</param>
    /// <param name="channel">Channel.</param>
    /// <param name="own">What the message itself says that it costs.</param>
    public static ImmutableArray<GuardrailVerdict> Check(AgentStep step, ProgramDefinition? program, string channel, Price? own)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Charge.Any(step.Rules.Settings, program)
            ? [.. Charge.Of(step.Rules.Settings, program, channel, own, step.At).Select(charge => charge.Check(step.SpentOf(charge.Slot)))]
            : [];
    }

    /// <summary>A decision is handed over and counts from now on: notes what the ledger must give before the step may be stored. What costs nothing takes nothing.</summary>
    internal static void Charged(AgentStep step, LiveDecision decision)
    {
        if (step.Rules.Find(decision.Program) is not { } program || !Charge.Any(step.Rules.Settings, program.Definition))
        {
            return;
        }

        var lines = ImmutableArray.CreateBuilder<BillLine>();
        foreach (var charge in Charge.Of(step.Rules.Settings, program.Definition, decision.Channel, program.Message(decision.Message)?.CostPerSend, step.At))
        {
            if (charge.Cost is { Amount: > 0 } cost)
            {
                lines.Add(new BillLine(charge.Slot, cost.Amount, charge.Budget.Amount));
            }
        }

        if (lines.Count > 0)
        {
            var bill = new Bill(decision.Id, lines.ToImmutable());
            step.Owe(bill);
            step.Tell("paid", step.At, ("decisionId", decision.Id), ("lines", BillJson.Write(bill)));
        }
    }

    /// <summary>The bill of a decision in an entry of the journal; null when the entry is something else.</summary>
    public static Bill? Read(JsonObject entry, string decisionId)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry["kind"]?.GetValue<string>() == "paid" && entry["decisionId"]?.GetValue<string>() == decisionId
            ? BillJson.Read(decisionId, entry)
            : null;
    }

    /// <summary>Whether a decision keeps the money that was taken for it: null = its hand-over is under way and nobody can tell yet.</summary>
    public static bool? Keeps(LiveDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return decision.Stage == DecisionStage.InFlight ? null : decision.TreatedAt is not null;
    }
}
