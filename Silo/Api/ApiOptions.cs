using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Api;

/// <summary>Section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Wait of a question that names none; a cold agent on a busy machine needs more than a warm one.</summary>
    [Range(1, 5_000)]
    public int MaxWaitMs { get; set; } = 1_000;

    /// <summary>Questions of one bulk call that are worked at the same time.</summary>
    [Range(1, 1_000)]
    public int BulkParallel { get; set; } = 64;

    /// <summary>Users that estimates of audiences and consent look at.</summary>
    [Range(100, 10_000)]
    public int SampleUsers { get; set; } = 1_000;
}
