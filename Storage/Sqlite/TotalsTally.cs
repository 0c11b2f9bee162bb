namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Counts per tenant, kept with the rows they count: one update for each tenant in a transaction.</summary>
internal sealed class TotalsTally
{
    readonly Dictionary<string, Change> changes = new(StringComparer.Ordinal);

    /// <summary>Notes what one commit adds (or takes away).</summary>
    public void Add(string tenant, long agents, long decisions, long effects, long waiting)
    {
        if ((agents | decisions | effects | waiting) != 0)
        {
            var so = changes.GetValueOrDefault(tenant);
            changes[tenant] = new(so.Agents + agents, so.Decisions + decisions, so.Effects + effects, so.Waiting + waiting);
        }
    }

    public void Flush(WriteTransaction transaction)
    {
        foreach (var (tenant, change) in changes)
        {
            using var add = transaction.Use("""
                insert into totals (tenant, agents, decisions, effects, waiting) values (?1, ?2, ?3, ?4, ?5)
                on conflict (tenant) do update set agents = agents + ?2, decisions = decisions + ?3, effects = effects + ?4, waiting = waiting + ?5
                """);
            add.Text(1, tenant).Int(2, change.Agents).Int(3, change.Decisions).Int(4, change.Effects).Int(5, change.Waiting).Run();
        }

        changes.Clear();
    }

    public void RolledBack() => changes.Clear();

    readonly record struct Change(long Agents, long Decisions, long Effects, long Waiting);
}
