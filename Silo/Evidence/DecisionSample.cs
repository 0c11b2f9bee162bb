using System.Text.Json.Nodes;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>One drawn decision of the sample.</summary>
/// <param name="At">When.</param>
/// <param name="Proto">Action drawn in each set.</param>
/// <param name="Cost">What it gave up to learn.</param>
sealed record SampledDecision(Instant At, IReadOnlyDictionary<string, string> Proto, ExplorationCost Cost);

/// <summary>The newest decisions of the workspace: a sample, since nobody waits for a scan of all.</summary>
sealed class DecisionSample(IAgentStore store, TimeProvider time) : IDisposable
{
    const int Page = 500, Pages = 2;

    static readonly TimeSpan kept = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim reading = new(1);
    Dictionary<string, List<SampledDecision>> byProgram = [];
    long readAt = long.MinValue;

    public void Dispose() => reading.Dispose();

    /// <summary>Decisions that were asked of the store at most.</summary>
    public static int Size => Page * Pages;

    /// <summary>Drawn decisions of a program among the newest, newest first.</summary>
    public async ValueTask<IReadOnlyList<SampledDecision>> OfAsync(string programId, CancellationToken stop)
    {
        await reading.WaitAsync(stop);
        try
        {
            if (readAt == long.MinValue || time.GetElapsedTime(readAt) > kept)
            {
                byProgram = await ReadAsync(stop);
                readAt = time.GetTimestamp();
            }

            return byProgram.GetValueOrDefault(programId) ?? [];
        }
        finally
        {
            reading.Release();
        }
    }

    async Task<Dictionary<string, List<SampledDecision>>> ReadAsync(CancellationToken stop)
    {
        var found = new Dictionary<string, List<SampledDecision>>(StringComparer.Ordinal);
        var (before, id) = (Instant.Latest, (string?)null);
        for (var page = 0; page < Pages; page++)
        {
            var some = await store.RecentDecisionsAsync(AgentKey.DefaultTenant, before, id, Page, stop);
            foreach (var one in some)
            {
                var record = Wire.Object(one.Record);
                if (ExplorationCost.Of(record) is not { } cost)
                {
                    continue;
                }

                if (!found.TryGetValue(one.Program, out var list))
                {
                    found.Add(one.Program, list = []);
                }

                list.Add(new SampledDecision(one.At, ProtoOf(record), cost));
            }

            if (some.Count < Page)
            {
                break;
            }

            (before, id) = (some[^1].At, some[^1].Id);
        }

        return found;
    }

    static Dictionary<string, string> ProtoOf(JsonObject record) =>
        record["proto"] is JsonObject proto ? proto.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal) : [];

    /// <summary>Cost a decision in each UTC week of some decisions, newest first.</summary>
    public static IReadOnlyList<(DateTimeOffset Week, Moments Cost)> ByWeek(IReadOnlyList<SampledDecision> decisions) =>
    [
        .. decisions.GroupBy(one => Monday(one.At)).OrderByDescending(week => week.Key)
            .Select(week => (week.Key, Moments.Of([.. week.Select(one => one.Cost.Cost)]))),
    ];

    static DateTimeOffset Monday(Instant at)
    {
        var day = at.ToDateTimeOffset().UtcDateTime.Date;
        return new DateTimeOffset(day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), TimeSpan.Zero);
    }
}
