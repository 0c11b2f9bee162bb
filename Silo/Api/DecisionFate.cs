using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary>
/// What first became of a decision that has left its agent's memory, as the agent's journal tells it: a repeated activation gives the first
/// answer also weeks later.
/// </summary>
static class DecisionFate
{
    const int RowsAtOnce = 500;

    /// <summary>Reads the journal back to the decision.</summary>
    public static async ValueTask<ActivateReply> OfAsync(IAgentStore store, AgentKey agent, StoredDecision decision, CancellationToken stop)
    {
        var first = new ActivateReply(StateNames.Of(DecisionState.Superseded), [], decision.At.ToString());
        if (Wire.Object(decision.Record).Text("verdict") == "hold")
        {
            return first with { State = StateNames.Of(DecisionState.Hold) };
        }

        for (var before = long.MaxValue; ;)
        {
            var rows = await store.JournalAsync(agent.ToString(), before, RowsAtOnce, stop);
            if (rows.Count == 0)
            {
                return first;
            }

            foreach (var row in rows)
            {
                var entries = AgentJournal.Read(row.Entries);
                for (var i = entries.Count - 1; i >= 0; i--)
                {
                    var entry = entries[i]!.AsObject();
                    if (entry.Text("decisionId") != decision.Id)
                    {
                        continue;
                    }

                    if (entry.Text("kind") == "decision")
                    {
                        return first;
                    }

                    // Newest first: what is met later happened earlier.
                    first = Of(entry) ?? first;
                }
            }

            before = rows[^1].FirstSequence;
        }
    }

    static ActivateReply? Of(JsonObject entry)
    {
        DecisionState? state = (entry.Text("kind"), entry.Text("status")) switch
        {
            ("activation" or "delivery", "unknown") => DecisionState.Unknown,
            ("activation", _) => DecisionState.Activated,
            ("held", _) => DecisionState.Held,
            ("expired", _) => DecisionState.Expired,
            ("cancel", _) => DecisionState.Cancelled,
            ("delivery", "failed") => DecisionState.Failed,
            _ => null,
        };
        return state is { } known ? new ActivateReply(StateNames.Of(known), entry["reasons"]?.DeepClone().AsArray() ?? [], entry.Text("at")!) : null;
    }
}
