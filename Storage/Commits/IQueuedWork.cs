namespace Aampe.Agents.Storage.Commits;

/// <summary>Work that waits in a <see cref="WriteQueue{T}"/> for its writer.</summary>
internal interface IQueuedWork
{
    /// <summary>Bytes that it holds, about.</summary>
    long Bytes { get; }

    /// <summary>It was not written, or nobody knows whether it was; the exception says which.</summary>
    void Failed(Exception why);
}
