namespace Aampe.Agents.Core.Workflow;

/// <summary>What somebody may do with what marketers own.</summary>
[Flags]
public enum Rights
{
    /// <summary>Look only.</summary>
    None = 0,

    /// <summary>Write drafts and submit them.</summary>
    Edit = 1,

    /// <summary>Approve and send back what others wrote, publish what is approved, archive.</summary>
    Approve = 2,

    /// <summary>Pause anything.</summary>
    Pause = 4,

    /// <summary>Let what was paused go on, in the same version.</summary>
    Resume = 8,

    /// <summary>Publish although a launch check fails; the reason is written down.</summary>
    Override = 16,
}
