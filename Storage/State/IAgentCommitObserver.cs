namespace Aampe.Agents.Storage.State;

/// <summary>
/// Is told of agents' commits in this process, each after it became durable. A notification, no record: a crash between the commit and
/// the call loses the call, and none is repeated. Whoever needs all of it reads the store.
/// </summary>
public interface IAgentCommitObserver
{
    /// <summary>Takes a commit. Called on the agent's path: it must return at once, and must not throw.</summary>
    void Committed(AgentCommit commit);
}
