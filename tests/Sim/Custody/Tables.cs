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
