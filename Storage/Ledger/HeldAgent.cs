using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>An agent that is ahead of its row.</summary>
internal sealed class HeldAgent(long stored)
{
    readonly List<AgentCommit> steps = [];

    /// <summary>Version that the row has, or will have once the checkpoint under way is through.</summary>
    public long Stored { get; } = stored;

    /// <summary>Version that the agent has.</summary>
    public long Version { get; private set; } = stored;

    /// <summary>Version up to which the ledger has it.</summary>
    public long Durable { get; private set; } = stored;

    /// <summary>Its last step.</summary>
    public AgentCommit Last => steps[^1];

    /// <summary>All steps since the row, in order.</summary>
    public IReadOnlyList<AgentCommit> Steps => steps;

    /// <summary>Takes a step that expects <see cref="Version"/>.</summary>
    public void Add(AgentCommit step)
    {
        if (steps.Count > 0)
        {
            steps[^1].Record.Drop();
        }

        steps.Add(step);
        Version += step.Steps;
    }

    /// <summary>The steps that the ledger does not have; from now on it does.</summary>
    public IEnumerable<AgentCommit> TakeUndurable(long upTo)
    {
        var from = Durable;
        Durable = upTo;
        return steps.Where(step => step.ExpectedVersion >= from);
    }

    /// <summary>Its place in the panel, as it is now.</summary>
    public PanelPlace Place(string key) => new(key, Last.PanelRank, Version, Last.Record.State);

    /// <summary>What the checkpoint writes.</summary>
    public AgentCommit Chain() => CommitChain.Join(steps);
}
