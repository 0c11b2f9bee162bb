namespace Aampe.Agents.Sim.Engine;

/// <summary>One at a time, in order of arrival: what a grain's scheduler does.</summary>
internal sealed class Turn(Clockwork clock, Life life)
{
    readonly Queue<TaskCompletionSource> waiting = new();
    bool busy;

    /// <summary>Completes when it is one's turn.</summary>
    public Task EnterAsync()
    {
        if (!busy)
        {
            busy = true;
            return Task.CompletedTask;
        }

        var mine = new TaskCompletionSource();
        waiting.Enqueue(mine);
        return mine.Task;
    }

    /// <summary>Ends one's turn.</summary>
    public void Leave()
    {
        if (!waiting.TryDequeue(out var next))
        {
            busy = false;
            return;
        }

        clock.At(clock.Now, life, next.SetResult);
    }
}
