using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Evidence.Counts;

/// <summary>
/// Counts an experiment over every user. It reads records and calls no agent; a user is in it with all that was accepted before the count began.
/// </summary>
sealed class CensusWork(IDocumentStore documents, IAgentStore store, PumpBarrier pump, IClock clock, IOptions<GrainsOptions> options)
{
    /// <summary>Kind of the documents.</summary>
    public const string Kind = "census";

    const int TellEvery = 1_000;

    /// <summary>The newest count of a program; null = never counted.</summary>
    public async ValueTask<TrialCensus?> NewestAsync(string programId, CancellationToken stop) =>
        await documents.ReadAsync(AgentKey.DefaultTenant, Kind, programId, stop) is { } stored ? TrialCensus.Unpack(stored.Content.Span) : null;

    /// <summary>Counts and keeps the result.</summary>
    public async Task<JsonElement?> RunAsync(ProgramDefinition program, OperationContext context)
    {
        await context.Tell(0, "waiting for the events that were accepted");
        var frame = await FrameAsync(program, context.Stop);
        var agents = Math.Max(1, (await store.TotalsAsync(AgentKey.DefaultTenant, context.Stop)).Agents);
        var (rows, read) = (new List<TrialRow>(), 0L);
        await foreach (var row in RowsAsync(program, frame, context.Stop))
        {
            if (row is not null)
            {
                rows.Add(row);
            }

            if (++read % TellEvery == 0)
            {
                await context.Tell(0.8 * read / agents, string.Create(CultureInfo.InvariantCulture, $"{read} of {agents} users read"));
            }
        }

        await context.Tell(0.8, "comparing the arms");
        // Pairs of many users are minutes of arithmetic: on a thread of its own.
        var trial = await Task.Factory.StartNew(() => TrialCount.Of(frame, rows), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var census = new TrialCensus { Program = program.Id, ProgramVersion = program.Version, AsOf = frame.AsOf.UnixMilliseconds, Users = rows.Count, Trial = trial };
        await documents.WriteAsync(AgentKey.DefaultTenant, Kind, program.Id, null, census.Pack(), keepHistory: false, context.Stop);
        return JsonSerializer.SerializeToElement(new { users = census.Users, asOf = census.At.ToString(), table1 = $"/v1/experiments/{program.Id}/table1?population=all" }, Wire.Options);
    }

    /// <summary>What is counted as of now, with everything that was accepted until now applied.</summary>
    public async Task<TrialFrame> FrameAsync(ProgramDefinition program, CancellationToken stop)
    {
        var asOf = clock.Now;
        await pump.WaitAppliedAsync(stop);
        await pump.CheckpointElsewhereAsync(stop);
        return TrialFrame.Of(program, asOf, TimeSpan.FromHours(options.Value.GraceHours));
    }

    /// <summary>Every agent's row, in the order of the panel; null for who does not belong to the experiment.</summary>
    public async IAsyncEnumerable<TrialRow?> RowsAsync(ProgramDefinition program, TrialFrame frame, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var agent in store.PanelAsync(AgentKey.DefaultTenant, int.MaxValue, stop))
        {
            yield return TrialRow.Of(program, frame, AgentStateCodec.Unpack(agent.Record.Span));
        }
    }
}
