namespace Aampe.Agents.Core.Findings;

/// <summary>Whether the numbers of an experiment may be believed.</summary>
public enum Trust
{
    /// <summary>No check failed.</summary>
    Ok,

    /// <summary>Arms have not the sizes that were planned: users were lost or doubled.</summary>
    SrmFailed,

    /// <summary>Random halves of untreated users differ too often.</summary>
    PlaceboFailed,

    /// <summary>An arm has fewer than <see cref="Table1.FewestUsers"/> users.</summary>
    Underpowered,
}
