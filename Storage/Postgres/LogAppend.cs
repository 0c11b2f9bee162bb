using Aampe.Agents.Storage.Commits;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>What one caller appends on one server.</summary>
internal sealed class LogAppend(PackedEvents events, PackedSegment[] segments, LetterRows letters) : IQueuedWork
{
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => done.Task;

    public PackedEvents Events => events;

    public PackedSegment[] Segments => segments;

    public LetterRows Letters => letters;

    public long Bytes { get; } = segments.Sum(segment => (long)segment.Length) + letters.Bytes;

    public void Committed() => done.TrySetResult();

    public void Failed(Exception why) => done.TrySetException(why);
}
