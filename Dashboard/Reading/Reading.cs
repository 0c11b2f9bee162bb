using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Something a page reads: not yet, here it is, or why not. A failed reading keeps what was read before.</summary>
/// <typeparam name="T">What is read.</typeparam>
public sealed class Reading<T>
    where T : class
{
    /// <summary>What was read last.</summary>
    public T? Value { get; private set; }

    /// <summary>Why the last reading failed; none when it did not.</summary>
    public AgentProblem? Problem { get; private set; }

    /// <summary>Nothing has been read and nothing has failed.</summary>
    public bool Waiting => Value is null && Problem is null;

    /// <summary>Starts over, as before the first reading.</summary>
    public void Reset() => (Value, Problem) = (null, null);

    /// <summary>Reads; a failure of the client becomes <see cref="Problem"/>.</summary>
    public async Task<bool> ReadAsync(Func<ValueTask<T>> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            Value = await source();
            Problem = null;
            return true;
        }
        catch (AgentClientException failure)
        {
            Problem = failure.Problem;
            return false;
        }
    }
}
