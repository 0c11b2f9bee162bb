using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary>What to export.</summary>
/// <param name="Kind">decisions.</param>
/// <param name="Format">csv, jsonl, parquet or obp.</param>
/// <param name="From">First moment, RFC 3339.</param>
/// <param name="To">First moment that is no longer in it.</param>
/// <param name="ProgramIds">Programs; null = all.</param>
public sealed record ExportBody(string Kind, string Format, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string>? ProgramIds = null);

/// <summary>Writes decisions with their effects to a file.</summary>
sealed class ExportWork(IAgentStore store, DecisionSpan decisions, Evidencing evidence, ExportFiles files, Pseudonyms names, Pump.PumpBarrier pump)
{
    /// <summary>Most decisions in a file.</summary>
    public const int MostRows = 100_000;

    const int TellEvery = 500;

    /// <summary>Does it.</summary>
    /// <param name="body">What was asked for.</param>
    /// <param name="mayKnow">Whether user ids may be given as they are.</param>
    /// <param name="context">The operation.</param>
    public async Task<JsonElement?> RunAsync(ExportBody body, bool mayKnow, OperationContext context)
    {
        // Rows may be written later than they are answered: what was decided until now is to be in the file.
        await pump.CheckpointElsewhereAsync(context.Stop);
        var rows = new List<ExportRow>();
        var read = 0;
        await foreach (var one in decisions.NewestFirstAsync(Instant.From(body.From), Instant.From(body.To), context.Stop))
        {
            if (body.ProgramIds is null || body.ProgramIds.Contains(one.Program))
            {
                rows.Add(ExportRow.Of(one, await store.EffectAsync(one.Id, context.Stop), agent => names.Of(AgentKey.Parse(agent).Id, mayKnow)));
            }

            if (rows.Count > MostRows)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"More than {MostRows} decisions lie between from and to: ask for a shorter span."));
            }

            if (++read % TellEvery == 0)
            {
                var span = (body.To - body.From).TotalMilliseconds;
                await context.Tell(Math.Clamp((body.To - one.At.ToDateTimeOffset()).TotalMilliseconds / span, 0, 0.95), string.Create(CultureInfo.InvariantCulture, $"{rows.Count} decisions read"));
            }
        }

        rows.Reverse();
        var file = body.Format switch
        {
            "csv" => ExportFormats.Csv(rows),
            "jsonl" => ExportFormats.Lines(rows),
            "parquet" => await ParquetTable.OfAsync(rows, context.Stop),
            _ => ExportFormats.OpenBandit(rows, evidence.Programs),
        };
        await files.PutAsync(context.Id, file, context.Stop);
        return JsonSerializer.SerializeToElement(new { rows = rows.Count, bytes = file.Length, format = body.Format, file = $"/v1/exports/{context.Id}/file" }, Wire.Options);
    }
}
