using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Sim.Custody;

/// <summary>An agent's row.</summary>
internal sealed record Row(long Version, byte[] Record, long? Due);

/// <summary>What the database holds. Changes are atomic; whether one may be made is the caller's question.</summary>
internal sealed class Tables(World world)
{
    public Dictionary<string, Row> Rows { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, OutboxRow> Outbox { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (string Key, MadeDecision Made)> Decisions { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (string Key, FinalEffect Final)> Effects { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, List<byte[]>> Journals { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes an agent away with all that is its own.</summary>
    public void Erase(string key)
    {
        Rows.Remove(key);
        Journals.Remove(key);
        foreach (var id in Decisions.Where(pair => pair.Value.Key == key).Select(pair => pair.Key).ToList())
        {
            Decisions.Remove(id);
        }

        foreach (var id in Effects.Where(pair => pair.Value.Key == key).Select(pair => pair.Key).ToList())
        {
            Effects.Remove(id);
        }

        foreach (var id in Outbox.Where(pair => pair.Value.Key == key && world.Mutant != Mutant.EraseLeavesOutbox).Select(pair => pair.Key).ToList())
        {
            Outbox.Remove(id);
        }
    }

    /// <summary>Applies commits of one transaction, each to the row as the one before it left it.</summary>
    public void Apply(IReadOnlyList<Commit> commits)
    {
        foreach (var commit in commits)
        {
            Rows[commit.Key] = new Row(commit.Expected + 1, commit.Record, commit.Due);
            Journals.TryAdd(commit.Key, []);
            Journals[commit.Key].AddRange(commit.Journal);
            foreach (var made in commit.Decisions)
            {
                if (!Decisions.TryAdd(made.Id, (commit.Key, made)))
                {
                    world.Violate("R4", $"decision {made.Id} of {commit.Key} was stored twice");
                }
            }

            foreach (var final in commit.Effects)
            {
                if (!Effects.TryAdd(final.DecisionId, (commit.Key, final)))
                {
                    world.Violate("R21", $"the effect of {final.DecisionId} of {commit.Key} was settled twice");
                }
            }

            foreach (var row in commit.Outbox)
            {
                Outbox[row.DecisionId] = row;
            }

            foreach (var done in commit.OutboxDone)
            {
                Outbox.Remove(done);
            }
        }
    }
}
