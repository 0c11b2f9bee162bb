using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aampe.Agents.Silo.Telemetry;

/// <summary>What the silo counts. Names and meanings are in docs/operations.md.</summary>
public sealed class AgentMetrics : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Aampe.Agents";

    readonly Meter meter = new(Name);
    readonly Counter<long> events;
    readonly Counter<long> duplicates;
    readonly Counter<long> deadLetters;
    readonly Counter<long> decisions;
    readonly Counter<long> holds;
    readonly Counter<long> effects;
    readonly Counter<long> activations;
    readonly Histogram<double> batch;
    readonly Lock sync = new();
    readonly long[] lags = new long[1_024];

    /// <summary>Makes the instruments.</summary>
    public AgentMetrics()
    {
        events = meter.CreateCounter<long>("agents.events.applied", "{event}", "Events that agents have applied");
        duplicates = meter.CreateCounter<long>("agents.events.duplicate", "{event}", "Events whose message id was seen before");
        deadLetters = meter.CreateCounter<long>("agents.events.dead", "{event}", "Events put aside, by reason");
        decisions = meter.CreateCounter<long>("agents.decisions.made", "{decision}", "Decisions, by verdict and arm");
        holds = meter.CreateCounter<long>("agents.holds.made", "{decision}", "Holds, by reason");
        effects = meter.CreateCounter<long>("agents.effects.final", "{effect}", "Effects that became final, by state");
        activations = meter.CreateCounter<long>("agents.activations.made", "{activation}", "Hand-overs, by channel and result");
        batch = meter.CreateHistogram<double>("agents.pump.batch", "ms", "Time from reading a batch of the log to committing it");
        meter.CreateObservableGauge("agents.pump.lag", () => Lag, "{event}", "Events of the log that agents have not applied yet, over all partitions");
    }

    /// <summary>Spans of the silo.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Events of the log that agents have not applied yet.</summary>
    public long Lag
    {
        get
        {
            lock (sync)
            {
                return lags.Sum();
            }
        }
    }

    /// <summary>Events applied since the start.</summary>
    public long EventsApplied => Interlocked.Read(ref eventsApplied);

    /// <summary>Decisions seen since the start.</summary>
    public long DecisionsMade => Interlocked.Read(ref decisionsMade);

    long eventsApplied, decisionsMade;

    /// <summary>A slice was observed.</summary>
    public void Observed(int applied, int repeated)
    {
        Interlocked.Add(ref eventsApplied, applied);
        events.Add(applied);
        duplicates.Add(repeated);
    }

    /// <summary>An event was put aside.</summary>
    public void Dead(string reason) => deadLetters.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Decisions were made.</summary>
    public void Decided(string verdict, string arm)
    {
        Interlocked.Increment(ref decisionsMade);
        decisions.Add(1, new("verdict", verdict), new("arm", arm));
    }

    /// <summary>A hold was given.</summary>
    public void Held(string reason) => holds.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>An effect became final.</summary>
    public void Settled(string state) => effects.Add(1, new KeyValuePair<string, object?>("state", state));

    /// <summary>A hand-over ended.</summary>
    public void Activated(string channel, string result) => activations.Add(1, new("channel", channel), new("result", result));

    /// <summary>A batch of a partition was committed.</summary>
    public void Pumped(TimeSpan took) => batch.Record(took.TotalMilliseconds);

    /// <summary>How far a partition is behind.</summary>
    public void Behind(int partition, long behind)
    {
        lock (sync)
        {
            lags[partition] = behind;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
