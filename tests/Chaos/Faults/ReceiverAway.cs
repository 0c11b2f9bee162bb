namespace Aampe.Agents.Chaos.Faults;

/// <summary>F18 and F22: the receiver of the messages is slow, refuses, hangs up, or is gone. Nothing is given up, nothing else waits for it.</summary>
/// <param name="id">Id.</param>
/// <param name="words">What it is.</param>
/// <param name="killed">Whether it is gone, not only in a bad mood.</param>
public sealed class ReceiverAway(string id, string words, bool killed) : IFault
{
    // Shorter than the first pause between attempts: the second one arrives.
    static readonly TimeSpan away = TimeSpan.FromSeconds(4);
    static readonly ReceiverMood[] moods = [ReceiverMood.Slow, ReceiverMood.Refuses, ReceiverMood.HangsUp];

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public string Words => words;

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        var receiver = run.Cluster.Receiver;
        receiver.Drops = false;
        await run.InSharesAsync(async n =>
        {
            if (killed)
            {
                await receiver.StopAsync();
                await Task.Delay(away, stop);
                await receiver.StartAsync();
                return;
            }

            receiver.Mood = moods[n % moods.Length];
            await Task.Delay(away, stop);
            receiver.Mood = ReceiverMood.Usual;
        }, stop);
        Down.Check(run);
    }
}
