namespace Aampe.Agents.Core.Workflow;

/// <summary>Who acts.</summary>
/// <param name="Id">As the audit trail names it: <c>person:ana</c>, <c>key:k1</c>, <c>configuration</c>.</param>
/// <param name="Identity">The human behind it: a key acts for whoever made it, so nobody approves an own change with it.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="FourEyes">Whether there is somebody else who could approve: then nobody approves an own change.</param>
public sealed record WorkflowActor(string Id, string Identity, Rights Rights, bool FourEyes)
{
    /// <summary>Whether it has a right.</summary>
    public bool May(Rights right) => (Rights & right) == right;
}
