using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>
/// Hand-overs between their gate and the end of their call. Whoever stops everything is answered when those that had passed the gate before are over: nothing
/// goes out after the answer (R9).
/// </summary>
public sealed class HandoversUnderWay(TimeProvider time) : IUnderWay
{
    readonly Lock sync = new();
    Round round = new(Task.CompletedTask);

    /// <summary>A hand-over begins; to be called before its gate is asked, and disposed of when its call has ended.</summary>
    public IDisposable Begin()
    {
        lock (sync)
        {
            round.Open++;
            return new Open(this, round);
        }
    }

    /// <inheritdoc/>
    public async Task PassedAsync(CancellationToken stop)
    {
        Task passed;
        lock (sync)
        {
            var last = round;
            last.Shut();
            passed = Task.WhenAll(last.Before, last.Over);
            round = new Round(passed);
        }

        try
        {
            await passed.WaitAsync(IUnderWay.Patience, time, stop);
        }
        catch (TimeoutException)
        {
            // A channel that does not answer must not keep anybody from stopping the rest; its call ends by its own limit and began before.
        }
    }

    void End(Round of)
    {
        lock (sync)
        {
            of.Open--;
            of.EndIfOver();
        }
    }

    /// <summary>Those that began between two questions.</summary>
    sealed class Round(Task before)
    {
        readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool shut;

        public int Open { get; set; }

        public Task Before => before;

        public Task Over => over.Task;

        public void Shut()
        {
            shut = true;
            EndIfOver();
        }

        public void EndIfOver()
        {
            if (shut && Open == 0)
            {
                over.TrySetResult();
            }
        }
    }

    sealed class Open(HandoversUnderWay all, Round of) : IDisposable
    {
        bool ended;

        public void Dispose()
        {
            if (!ended)
            {
                ended = true;
                all.End(of);
            }
        }
    }
}
