using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Exports;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>Messages that agents sent in a span, with what came of them: the rows that an export of kind <c>obp</c> has under <c>bts/all</c>, in its order.</summary>
/// <param name="Rows">Oldest first.</param>
/// <param name="Sends">Messages drawn by agents in the span, usable or not.</param>
/// <param name="Pending">Of these, effects that are not final.</param>
/// <param name="NotIdentified">Effects of which nothing can be told.</param>
/// <param name="WithoutChance">Effects that are known of a message whose chance is not.</param>
/// <param name="IsCut">Whether older decisions of the span were left out.</param>
sealed record OffPolicySample(IReadOnlyList<LoggedChoice> Rows, int Sends, int Pending, int NotIdentified, int WithoutChance, bool IsCut);

/// <summary>Reads them.</summary>
sealed class OffPolicyRows(IAgentStore store, DecisionSpan decisions)
{
    /// <summary>Most messages of an answer, and most decisions of all programs that are read for it: somebody waits.</summary>
    public const int MostRows = 5_000, MostRead = 20_000;

    /// <summary>The newest of a program in a span.</summary>
    public async Task<OffPolicySample> ReadAsync(string programId, Instant from, Instant before, CancellationToken stop)
    {
        var rows = new List<LoggedChoice>();
        var (read, sends, pending, notIdentified, withoutChance) = (0, 0, 0, 0, 0);
        await foreach (var one in decisions.NewestFirstAsync(from, before, stop))
        {
            if (++read > MostRead || rows.Count == MostRows)
            {
                return Sample(isCut: true);
            }

            if (one.Program != programId || !IsMessage(one))
            {
                continue;
            }

            sends++;
            var row = ExportRow.Of(one, await store.EffectAsync(one.Id, stop), _ => "");
            switch (row)
            {
                case { Choice: { } choice }:
                    rows.Add(choice);
                    break;
                case { EffectState: "pending" }:
                    pending++;
                    break;
                case { Success: null }:
                    notIdentified++;
                    break;
                default:
                    withoutChance++;
                    break;
            }
        }

        return Sample(isCut: false);

        OffPolicySample Sample(bool isCut)
        {
            rows.Reverse();
            return new OffPolicySample(rows, sends, pending, notIdentified, withoutChance, isCut);
        }
    }

    static bool IsMessage(StoredDecision one) => Wire.Object(one.Record) is var record && record.Text("arm") == Core.Agents.Arms.Agentic && record.Text("messageId") is not null;
}
