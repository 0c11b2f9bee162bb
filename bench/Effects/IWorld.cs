using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Bench.Effects;

/// <summary>A source of scenes: the same seed and number give the same scene.</summary>
interface IWorld
{
    string Name { get; }

    /// <summary>Windows and decay; estimators set the rest.</summary>
    EffectOptions Options { get; }

    Scene Draw(string seed, int number);
}

/// <summary>One moment of a world: users to measure, and untreated users to compare with, drawn from one population.</summary>
sealed record Scene(Instant At, ControlUser[] Pool, Planted[] Treated);

/// <summary>A user to measure, with the events that its messages added: the effect to be found. None for a placebo.</summary>
sealed record Planted(TreatedUser User, WeightedEvent[] Added);

/// <summary>Counters by day as an agent would hold them.</summary>
static class Counted
{
    public static DayCounters Of(IEnumerable<WeightedEvent> events, Func<WeightedEvent, bool> isGoal)
    {
        var counters = DayCounters.Empty;
        foreach (var e in events)
        {
            counters = counters.Add(new UserEvent(0, "", e.At, null), isGoal(e), e.At.UnixMilliseconds / 3_600_000.0 % 24);
        }

        return counters;
    }
}
