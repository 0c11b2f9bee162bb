using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Rules;

/// <summary>Key of a cohort grain: tenant and program, escaped like an agent's.</summary>
public static class CohortKey
{
    /// <summary>Builds a key.</summary>
    public static string Of(string tenant, string program) => AgentKey.User(tenant, program).ToString();

    /// <summary>Reads a key.</summary>
    public static (string Tenant, string Program) Parse(string key)
    {
        var parsed = AgentKey.Parse(key);
        return (parsed.Tenant, parsed.Id);
    }
}
