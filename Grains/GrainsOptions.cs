using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Grains;

/// <summary>Settings of agents, cohorts and schedules; section <c>Agents</c>.</summary>
public sealed class GrainsOptions
{
    /// <summary>Agents of a partition that are woken at the same time: enough to fill a group commit, few enough to keep answers quick.</summary>
    [Range(1, 1_024)]
    public int ConcurrentAgents { get; set; } = 64;

    /// <summary>Seconds between looks at who is due: how late a contact may begin. Answers to events are woken by the pump.</summary>
    [Range(1, 60)]
    public int TickSeconds { get; set; } = 5;

    /// <summary>Users of the panel that cohorts are folded from: with 10,000 a rate of one half is known to ±1.3 points at 99 %.</summary>
    [Range(100, 100_000)]
    public int PanelUsers { get; set; } = 10_000;

    /// <summary>Minutes between folds of a cohort; a mature effect waits for the next one, since its controls need the same grace.</summary>
    [Range(1, 360)]
    public int CohortMinutes { get; set; } = 60;

    /// <summary>Hours that late events are waited for before an effect is measured.</summary>
    [Range(0, 48)]
    public int GraceHours { get; set; } = 6;

    /// <summary>
    /// Ledger: steps are durable in the partition's ledger and rows are checkpoints (docs/adr/0013). Row: each step writes its agent's row.
    /// </summary>
    [RegularExpression("^(Ledger|Row)$", ErrorMessage = "Agents:Commit must be 'Ledger' or 'Row'; was '{0}'.")]
    public string Commit { get; set; } = "Ledger";

    /// <summary>Seconds that an agent may be ahead of its row: what a new owner has to repeat at most.</summary>
    [Range(1, 600)]
    public int CheckpointSeconds { get; set; } = 5;

    /// <summary>Agents of one partition that may be ahead of their rows before a checkpoint begins.</summary>
    [Range(100, 1_000_000)]
    public int CheckpointAgents { get; set; } = 20_000;

    /// <summary>Seed of agent identities; empty = a random secret made at the first start. Set it to repeat a run byte for byte.</summary>
    [StringLength(200)]
    public string Seed { get; set; } = "";
}
