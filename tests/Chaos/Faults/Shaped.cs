namespace Aampe.Agents.Chaos.Faults;

/// <summary>A fault that lies in the events alone: they come twice, in a wrong order, or nearly all of one user.</summary>
/// <param name="id">Id.</param>
/// <param name="words">What it is.</param>
/// <param name="shape">How the events come.</param>
public sealed class Shaped(string id, string words, Shape shape) : IFault
{
    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public string Words => words;

    /// <inheritdoc/>
    public Shape Shape => shape;

    /// <inheritdoc/>
    public Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Load.Release(run.Stream.Events);
        return Task.CompletedTask;
    }
}
