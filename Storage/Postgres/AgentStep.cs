using Aampe.Agents.Storage.Commits;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>One step of one agent, its texts made into bytes on the caller's thread: what cannot be stored fails there.</summary>
internal sealed class AgentStep : IQueuedWork
{
    readonly TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentStep(AgentCommit commit)
    {
        commit.Check();
        Commit = commit;
        Key = PostgresText.Bytes(commit.Key);
        Tenant = PostgresText.Bytes(KeyTenant.Of(commit.Key));
        Decisions = [.. commit.Decisions.Select(one => new Texts(one.Id, one.Agent, one.Program))];
        Effects = [.. commit.Effects.Select(one => new Texts(one.DecisionId, one.Agent, one.Program))];

        // The last row of an id counts, and one that is done goes.
        OutboxRow[] rows = commit.Outbox.Count < 2 && commit.OutboxDone.Count == 0 ? [.. commit.Outbox]
            : [.. commit.Outbox.Reverse().DistinctBy(row => row.DecisionId).Where(row => !commit.OutboxDone.Contains(row.DecisionId))];
        Outbox = [.. rows.Select(row => (row, new Texts(row.DecisionId, row.Agent, row.Channel)))];
        OutboxGone = [.. commit.Outbox.Select(row => row.DecisionId).Concat(commit.OutboxDone).Distinct().Select(PostgresText.Bytes)];
        Bytes = Key.Length + commit.Record.Bytes.Length + commit.Journal.Length + commit.Decisions.Sum(one => one.Stored.Length) + commit.Effects.Sum(one => one.Stored.Length)
            + Decisions.Sum(one => one.Length) + Effects.Sum(one => one.Length) + Outbox.Sum(one => one.Texts.Length) + OutboxGone.Sum(one => one.Length);
    }

    public AgentCommit Commit { get; }

    public byte[] Key { get; }

    public byte[] Tenant { get; }

    public Texts[] Decisions { get; }

    public Texts[] Effects { get; }

    public (OutboxRow Row, Texts Texts)[] Outbox { get; }

    public byte[][] OutboxGone { get; }

    public long Bytes { get; }

    public Task<long> Done => done.Task;

    public void Committed() => done.TrySetResult(Commit.ExpectedVersion + Commit.Steps);

    public void Failed(Exception why) => done.TrySetException(why);

    /// <summary>Three texts of a row.</summary>
    internal readonly struct Texts(string id, string agent, string third)
    {
        public byte[] Id { get; } = PostgresText.Bytes(id);

        public byte[] Agent { get; } = PostgresText.Bytes(agent);

        public byte[] Third { get; } = PostgresText.Bytes(third);

        public int Length => Id.Length + Agent.Length + Third.Length;
    }
}
