using System.Runtime.CompilerServices;

namespace Aampe.Agents.Sim.Engine;

/// <summary>Virtual time: one thread, one queue. Two things at one moment happen in the order in which they were asked for.</summary>
internal sealed class Clockwork(long start)
{
    readonly PriorityQueue<(Life Life, Action What), (long At, long Order)> queue = new();
    long order;

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public long Now { get; private set; } = start;

    /// <summary>Things that have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Lets something happen in a life, unless that is over by then.</summary>
    public void At(long at, Life life, Action what) => queue.Enqueue((life, what), (Math.Max(at, Now), order++));

    /// <summary>Waits in a life.</summary>
    public Pause Wait(Life life, long milliseconds) => new(this, life, milliseconds);

    /// <summary>The next thing up to a moment; false when there is none, and the moment has come.</summary>
    public bool Step(long until)
    {
        if (!queue.TryPeek(out var next, out var place) || place.At > until)
        {
            Now = Math.Max(Now, until);
            return false;
        }

        queue.Dequeue();
        Now = place.At;
        if (!next.Life.Over)
        {
            Steps++;
            next.What();
        }

        return true;
    }

    /// <summary>What <see cref="Wait"/> gives to await.</summary>
    public readonly struct Pause(Clockwork clock, Life life, long milliseconds) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Pause GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => clock.At(clock.Now + milliseconds, life, continuation);
    }
}
