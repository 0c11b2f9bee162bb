namespace Aampe.Agents.Sim.Engine;

/// <summary>One life of a process. Whatever waits for something in a life that is over never goes on: death at an effect boundary.</summary>
internal sealed class Life
{
    readonly List<Action> mourners = [];

    /// <summary>Whether it has ended.</summary>
    public bool Over { get; private set; }

    /// <summary>A life without end: clients, the receiver, the store.</summary>
    public static Life Eternal() => new();

    /// <summary>Tells somebody else of the end.</summary>
    public void Mourn(Action what) => mourners.Add(what);

    /// <summary>Takes a wish to be told back.</summary>
    public void Forget(Action what) => mourners.Remove(what);

    /// <summary>Ends it.</summary>
    public void End()
    {
        Over = true;
        var told = mourners.ToArray();
        mourners.Clear();
        foreach (var one in told)
        {
            one();
        }
    }
}
